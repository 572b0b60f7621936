import type { Job, RunOptions, Statistics } from '../work/job.ts';
import { mergeStatistics } from '../work/statistics.ts';
import { unitsOf } from '../work/units.ts';

/**
 * Makes of the units that are finished, in whatever order, the items that are finished: an `onUnit` for `Work.run`, which calls
 * `done` once for every item with the statistics that `run` returns of it. Items without elements have no units and never come.
 */
export function itemsAsTheyCome(
  job: Job,
  done: (item: number, statistics: Statistics) => void,
): NonNullable<RunOptions['onUnit']> {
  const units = unitsOf(job);
  const missing = new Map<number, Set<number>>();
  for (const [number, { item }] of units.entries()) {
    const ofItem = missing.get(item) ?? new Set();
    missing.set(item, ofItem.add(number));
  }
  const parts = new Map<number, Statistics>();
  const numbersOf = new Map([...missing].map(([item, numbers]) => [item, [...numbers]]));
  return (number, statistics) => {
    const item = units[number]?.item;
    const left = item === undefined ? undefined : missing.get(item);
    if (item === undefined || left?.delete(number) !== true) return;
    parts.set(number, statistics);
    if (left.size > 0) return;
    const whole = merged(numbersOf.get(item) ?? [], parts);
    if (whole !== undefined) done(item, whole);
  };
}

/** In the order of the units, so that the last bits are those of the result. The parts are forgotten. */
function merged(numbers: readonly number[], parts: Map<number, Statistics>): Statistics | undefined {
  let whole: Statistics | undefined;
  for (const number of numbers) {
    const part = parts.get(number);
    parts.delete(number);
    if (part !== undefined) whole = whole === undefined ? part : mergeStatistics(whole, part);
  }
  return whole;
}
