import type { InputsReport } from '#protocol/results.ts';
import type { Statistics } from '../work/job.ts';

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

/** The same as results have it. */
export function inputsReport(statistics: Iterable<Statistics>): InputsReport | null {
  const survival = survivalOf(statistics);
  return survival && { identical: survival.identical, withinOneUlp: survival.withinOneUlp };
}
