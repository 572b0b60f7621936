import type { Warning } from '#protocol/failure.ts';
import type { Statistics } from '../work/job.ts';

/** How much of a difference of two stored models can have survived their own rounding. */
export interface Survival {
  /** Share of the elements that are bit for bit the same on both sides. */
  readonly identical: number;
  /** Share within one unit in the last place, the identical ones included. */
  readonly withinOneUlp: number;
}

/** Over all tensors whose w is the difference of two stored tensors; null when there is none. */
export function survivalOf(statistics: Iterable<Statistics>): Survival | null {
  let elements = 0;
  let identical = 0;
  let withinOneUlp = 0;
  for (const one of statistics) {
    if (one.survival === undefined) continue;
    elements += one.elements;
    identical += one.survival.identical;
    withinOneUlp += one.survival.withinOneUlp;
  }
  return elements === 0
    ? null
    : { identical: identical / elements, withinOneUlp: withinOneUlp / elements };
}

/**
 * Where about a third of the elements of two 16-bit checkpoints are identical, the cosine between the true difference
 * and the stored one has fallen below about 0.95 (Gaussian weights; 88 % identical: 0.42).
 */
export function survivalWarnings(survival: Survival | null, folder: string): readonly Warning[] {
  if (survival === null || survival.identical < 0.3) return [];
  const { identical, withinOneUlp } = survival;
  const message =
    `${percent(identical)} of the elements of the two fine-tunes are identical and ${percent(withinOneUlp)} differ by at most one unit in the last place: ` +
    'if adapters were merged into these checkpoints, rounding has eaten part of their difference. Use the adapters themselves where you have them.';
  return [{ code: 'merged-inputs', message, file: folder }];
}

function percent(share: number): string {
  return `${(100 * share).toPrecision(3)} %`;
}
