import type { FloatDType } from '#protocol/tensors.ts';
import { isFloat } from '../tensors/dtype.ts';
import type { JobTerm, Operand } from '../work/job.ts';

/** The two stored tensors of one dtype whose difference w is here; undefined where it is anything else. */
export function survivalPair(
  terms: readonly JobTerm[],
): readonly [Operand<FloatDType>, Operand<FloatDType>] | undefined {
  const [first, second, ...others] = terms.filter((term) => term.kind === 'dense');
  if (first === undefined || second === undefined || others.length > 0) return undefined;
  const { operand: before } = first;
  const { operand: after } = second;
  const isDifference = first.scale === -second.scale && before.dtype === after.dtype;
  return isDifference && isPlain(before) && isPlain(after) ? [before, after] : undefined;
}

/** Compared bit by bit as it lies. */
function isPlain(operand: Operand): operand is Operand<FloatDType> {
  return isFloat(operand.dtype) && operand.layout === undefined;
}
