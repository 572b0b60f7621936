import { isPlainFloat } from '../../tensors/computable.ts';
import type { Term } from '../../directions/term.ts';
import { isDense } from '../../directions/terms.ts';
import type { StoredTensor } from '../../tensors/storedTensor.ts';

/** The two stored tensors of one dtype whose difference w is here; undefined where it is anything else. */
export function survivalPair(terms: readonly Term[]): readonly [StoredTensor, StoredTensor] | undefined {
  const [first, second, ...others] = terms.filter(isDense);
  if (first === undefined || second === undefined || others.length > 0) return undefined;
  const isDifference = first.scale === -second.scale && first.tensor.dtype === second.tensor.dtype;
  return isDifference && isPlainFloat(first.tensor) && isPlainFloat(second.tensor)
    ? [first.tensor, second.tensor]
    : undefined;
}
