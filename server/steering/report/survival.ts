import { percent } from './figures.ts';
import type { Warning } from '#protocol/failure.ts';
import type { InputsReport } from '#protocol/results.ts';
import type { Statistics } from '../../work/job.ts';

export interface Survival extends InputsReport {
  /** The same share as `identical`, over the tensors that differ at all. */
  readonly identicalWhereTrained: number;
}

/** How much of a difference of two stored models can have survived their own rounding; null when w is no such difference. */
export function survivalOf(statistics: Iterable<Statistics>): Survival | null {
  const all = { elements: 0, identical: 0, withinOneUlp: 0 };
  const trained = { elements: 0, identical: 0 };
  for (const { elements, survival } of statistics) {
    if (survival === undefined) continue;
    all.elements += elements;
    all.identical += survival.identical;
    all.withinOneUlp += survival.withinOneUlp;
    if (survival.identical === elements) continue;
    trained.elements += elements;
    trained.identical += survival.identical;
  }
  if (all.elements === 0) return null;
  return {
    identical: all.identical / all.elements,
    withinOneUlp: all.withinOneUlp / all.elements,
    identicalWhereTrained: trained.elements === 0 ? 0 : trained.identical / trained.elements,
  };
}

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
