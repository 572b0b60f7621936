import type { DType } from '#protocol/tensors.ts';

/** A named array in a file: where its bytes are and what they mean. Nothing has been read. */
export interface StoredTensor {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: readonly number[];
  /** Absolute path of the file. */
  readonly file: string;
  /** Absolute position in the file. */
  readonly offset: number;
  readonly bytes: number;
  /** Absent: the values lie in order, row by row, and are the tensor's. */
  readonly layout?: Layout;
  /** A weight that is quantised, and how, such as `GPTQ, 4 bits`: the bytes are not its values, and no arithmetic is done. */
  readonly packed?: string;
}

/** What to do where the values of a quantised weight are needed, in words that follow the tensor's name. */
export function packedProblem(packed: string): string {
  return `is quantised (${packed}), and its values are not known; steer it by way of an adapter (format: adapter), or use the model that is not quantised`;
}

/** What has to be known besides of how the values lie, or of what they are. */
export type Layout =
  /** They are to be multiplied by those of the tensor `by`: quantised. */
  | { readonly kind: 'scaled'; readonly by: string }
  /** They do not lie row by row: a view of a storage, strides in elements. */
  | { readonly kind: 'strided'; readonly strides: readonly number[] }
  /** Rows of each attention head in the order that llama.cpp rotates them: see `headRow`. */
  | { readonly kind: 'rope'; readonly heads: number }
  /** A matrix whose two axes are exchanged: the shape is that of the tensor, not of what is stored. */
  | { readonly kind: 'turned' }
  /** Each value is stored with 1 added. */
  | { readonly kind: 'shifted' };
