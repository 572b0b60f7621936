import { percent } from './figures.ts';
import type { Warning } from '#protocol/failure.ts';
import type { Survival } from '../../directions/survival.ts';

/**
 * Where about a third of the elements of two 16-bit checkpoints are identical, the cosine between the true difference
 * and the stored one has fallen below about 0.95 (Gaussian weights; 88 % identical: 0.42). Tensors that are the same
 * throughout were not trained, and say nothing.
 */
export function survivalWarnings(survival: Survival | null, folder: string): readonly Warning[] {
  if (survival === null || survival.identicalWhereTrained < 0.3) return [];
  const { identicalWhereTrained, withinOneUlp } = survival;
  const message =
    `Where the two fine-tunes differ, ${percent(identicalWhereTrained)} of the elements are identical all the same, and ${percent(withinOneUlp)} of all differ by at most one unit in the last place: ` +
    'if adapters were merged into these checkpoints, rounding has eaten part of their difference. Use the adapters themselves where you have them.';
  return [{ code: 'merged-inputs', message, file: folder }];
}
