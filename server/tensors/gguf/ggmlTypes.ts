import type { BlockDType, DType } from '#protocol/tensors.ts';

/** Values that ggml packs together, and the bytes that they take (ggml.h `ggml_type`, ggml-common.h `block_*`). */
interface Block {
  readonly elements: number;
  readonly bytes: number;
}

const blocks: ReadonlyMap<string, Block> = new Map(
  Object.entries({
    Q4_0: { elements: 32, bytes: 18 },
    Q4_1: { elements: 32, bytes: 20 },
    Q5_0: { elements: 32, bytes: 22 },
    Q5_1: { elements: 32, bytes: 24 },
    Q8_0: { elements: 32, bytes: 34 },
    Q8_1: { elements: 32, bytes: 40 },
    Q2_K: { elements: 256, bytes: 84 },
    Q3_K: { elements: 256, bytes: 110 },
    Q4_K: { elements: 256, bytes: 144 },
    Q5_K: { elements: 256, bytes: 176 },
    Q6_K: { elements: 256, bytes: 210 },
    Q8_K: { elements: 256, bytes: 292 },
    IQ2_XXS: { elements: 256, bytes: 66 },
    IQ2_XS: { elements: 256, bytes: 74 },
    IQ3_XXS: { elements: 256, bytes: 98 },
    IQ1_S: { elements: 256, bytes: 50 },
    IQ4_NL: { elements: 32, bytes: 18 },
    IQ3_S: { elements: 256, bytes: 110 },
    IQ2_S: { elements: 256, bytes: 82 },
    IQ4_XS: { elements: 256, bytes: 136 },
    IQ1_M: { elements: 256, bytes: 56 },
    TQ1_0: { elements: 256, bytes: 54 },
    TQ2_0: { elements: 256, bytes: 66 },
    MXFP4: { elements: 32, bytes: 17 },
    NVFP4: { elements: 64, bytes: 36 },
    Q1_0: { elements: 128, bytes: 18 },
  } satisfies Record<BlockDType, Block>),
);

/** Numbers of the types in files; those that are missing were given up. */
const types: ReadonlyMap<number, DType> = new Map<number, DType>([
  [0, 'F32'],
  [1, 'F16'],
  [2, 'Q4_0'],
  [3, 'Q4_1'],
  [6, 'Q5_0'],
  [7, 'Q5_1'],
  [8, 'Q8_0'],
  [9, 'Q8_1'],
  [10, 'Q2_K'],
  [11, 'Q3_K'],
  [12, 'Q4_K'],
  [13, 'Q5_K'],
  [14, 'Q6_K'],
  [15, 'Q8_K'],
  [16, 'IQ2_XXS'],
  [17, 'IQ2_XS'],
  [18, 'IQ3_XXS'],
  [19, 'IQ1_S'],
  [20, 'IQ4_NL'],
  [21, 'IQ3_S'],
  [22, 'IQ2_S'],
  [23, 'IQ4_XS'],
  [24, 'I8'],
  [25, 'I16'],
  [26, 'I32'],
  [27, 'I64'],
  [28, 'F64'],
  [29, 'IQ1_M'],
  [30, 'BF16'],
  [34, 'TQ1_0'],
  [35, 'TQ2_0'],
  [39, 'MXFP4'],
  [40, 'NVFP4'],
  [41, 'Q1_0'],
]);

/** The dtype of a type's number in a GGUF file; undefined for one that is not known. */
export function ggmlType(number: number): DType | undefined {
  return types.get(number);
}

/** The block of a packed dtype; undefined for every other. */
export function blockOf(dtype: DType): Block | undefined {
  return blocks.get(dtype);
}

/** Whether a dtype is one of ggml's packed ones, which no safetensors file has. */
export function isBlockDType(dtype: DType): dtype is BlockDType {
  return blocks.has(dtype);
}
