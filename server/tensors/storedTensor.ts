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
  /** A weight that is quantised, and how, such as `GPTQ, 4 bits`: the bytes are not its values, and no arithmetic is done. */
  readonly packed?: string;
}

/** What to do where the values of a quantised weight are needed, in words that follow the tensor's name. */
export function packedProblem(packed: string): string {
  return `is quantised (${packed}), and its values are not known; steer it by way of an adapter (format: adapter), or use the model that is not quantised`;
}
