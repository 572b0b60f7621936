import type { DType } from '#protocol/tensors.ts';
import type { DTypeShare } from '#protocol/viewer.ts';
import { elementCount } from '../../tensors/dtype.ts';
import type { StoredTensor } from '../../tensors/storedTensor.ts';

/** How much of a model each dtype makes up, the largest share of the bytes first. */
export function dtypeShares(tensors: readonly StoredTensor[]): readonly DTypeShare[] {
  const shares = new Map<DType, { tensors: number; parameters: number; bytes: number }>();
  for (const { dtype, shape, bytes } of tensors) {
    const share = shares.get(dtype) ?? { tensors: 0, parameters: 0, bytes: 0 };
    share.tensors += 1;
    share.parameters += elementCount(shape) ?? 0;
    share.bytes += bytes;
    shares.set(dtype, share);
  }
  return [...shares].map(([dtype, share]) => ({ dtype, ...share })).toSorted((a, b) => b.bytes - a.bytes);
}
