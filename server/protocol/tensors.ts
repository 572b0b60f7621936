/** The vocabulary all parts speak: plain, readonly, structured-cloneable. */

/** Element types as the safetensors format spells them. */
export type DType =
  | 'F64'
  | 'F32'
  | 'F16'
  | 'BF16'
  | 'I64'
  | 'I32'
  | 'I16'
  | 'I8'
  | 'U64'
  | 'U32'
  | 'U16'
  | 'U8'
  | 'BOOL'
  | 'C64'
  | 'F8_E4M3'
  | 'F8_E5M2'
  | 'F8_E8M0'
  | 'F8_E4M3FNUZ'
  | 'F8_E5M2FNUZ'
  | 'F6_E2M3'
  | 'F6_E3M2'
  | 'F4';

/** The dtypes that arithmetic is done in and on. All others are listed, and copied through untouched. */
export type FloatDType = 'F64' | 'F32' | 'F16' | 'BF16';

/** The parts of a model that recipes name in `modules`, and that pictures keep apart. */
export type ModuleGroup = 'attention' | 'mlp' | 'embeddings' | 'head' | 'norms' | 'other';

/** A named array as a header describes it. */
export interface TensorInfo {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly bytes: number;
  /** Name of the file that holds it, relative to the model's folder. */
  readonly file: string;
}
