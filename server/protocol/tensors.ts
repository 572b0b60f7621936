/** The vocabulary all parts speak: plain, readonly, structured-cloneable. */

/** Element types as the safetensors format spells them, and those that only GGUF has. */
export type DType = SafetensorsDType | BlockDType;

export type SafetensorsDType =
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

/** Values packed together with their scales, as ggml spells them. */
export type BlockDType =
  | 'Q4_0'
  | 'Q4_1'
  | 'Q5_0'
  | 'Q5_1'
  | 'Q8_0'
  | 'Q8_1'
  | 'Q2_K'
  | 'Q3_K'
  | 'Q4_K'
  | 'Q5_K'
  | 'Q6_K'
  | 'Q8_K'
  | 'IQ2_XXS'
  | 'IQ2_XS'
  | 'IQ3_XXS'
  | 'IQ1_S'
  | 'IQ4_NL'
  | 'IQ3_S'
  | 'IQ2_S'
  | 'IQ4_XS'
  | 'IQ1_M'
  | 'TQ1_0'
  | 'TQ2_0'
  | 'MXFP4'
  | 'NVFP4'
  | 'Q1_0';

/** The dtypes that the kernels read as they are. */
export type FloatDType = 'F64' | 'F32' | 'F16' | 'BF16';

/**
 * The dtypes that results are rounded to, and operands may have. F8_E4M3 is torch's `float8_e4m3fn`, F8_E5M2 its
 * `float8_e5m2` (OCP 8-bit Floating Point Specification, 1.0). All others are listed, and copied through untouched.
 */
export type RoundedDType = FloatDType | 'F8_E4M3' | 'F8_E5M2';

/** The dtypes of operands: of ggml's packed types the one that is a plain product of scale and integer. */
export type NumericDType = RoundedDType | 'Q8_0';

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
