import type { Warning } from '#protocol/failure.ts';
import type { RoundingStatistics, Statistics } from '../../work/job.ts';
import type { Plan } from '../plan.ts';
import { percent } from './figures.ts';

/** Of values that are not zero, how many float32 has too few digits for. */
type Vanishing = Pick<RoundingStatistics, 'requested' | 'unmoved'>;

/** A value here and there vanishes beside the others; of a whole factor that is too small nothing is left. */
const harmless = 0.001;

/** The values of all factors of the `output`-th output. */
export function factorsOf(
  { job, files }: Pick<Plan, 'job' | 'files'>,
  statistics: ReadonlyMap<number, Statistics>,
  output: number,
): Vanishing {
  const sums = { requested: 0, unmoved: 0 };
  for (const [index, item] of job.items.entries()) {
    if (item.kind !== 'stack') continue;
    const place = item.places.findIndex(({ file }) => Math.floor(file / files.length) === output);
    const { requested, unmoved } = statistics.get(index)?.places[place] ?? { requested: 0, unmoved: 0 };
    sums.requested += requested;
    sums.unmoved += unmoved;
  }
  return sums;
}

/** Factors that became zero, or lost digits, because they are too small for float32. */
export function underflowWarnings({ requested, unmoved }: Vanishing, file: string): readonly Warning[] {
  if (unmoved === 0 || unmoved / requested <= harmless) return [];
  const message =
    `${unmoved} of ${requested} values of the factors (${percent(unmoved / requested)}) are too small for F32 and became zero or ` +
    'lost digits. Use a larger strength.';
  return [{ code: 'underflow', message, file }];
}
