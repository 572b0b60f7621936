import type { TensorAnalysis } from '#protocol/results.ts';

export interface JointNorm {
  readonly norm: number;
  /** Of the base's norm on the same tensors; null where one of those is not known. */
  readonly share: number | null;
}

/** The norm of a direction on several tensors together. */
export function jointNorm(tensors: readonly TensorAnalysis[]): JointNorm {
  const norm = lengthOf(tensors.map((tensor) => tensor.norm ?? Number.NaN));
  const base = lengthOf(tensors.map(({ baseNorm }) => baseNorm ?? Number.NaN));
  return { norm, share: Number.isFinite(norm / base) ? norm / base : null };
}

function lengthOf(values: readonly number[]): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value ** 2, 0));
}
