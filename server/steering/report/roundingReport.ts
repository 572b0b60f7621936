import { percent } from './figures.ts';
import type { Warning } from '#protocol/failure.ts';
import type { RoundingStatistics, Statistics } from '../../work/job.ts';
import type { Plan } from '../plan.ts';

/** What one output's rounding did to the change that was asked for, over all steered tensors. */
export interface Rounding {
  /** ‖requested‖: the norm of what was to be added to the stored weights. */
  readonly requested: number;
  /** ‖realised‖: the norm of what was added. */
  readonly realised: number;
  /** ⟨realised, requested⟩ / (‖realised‖ · ‖requested‖); NaN when either is zero. */
  readonly cosine: number;
  /** ⟨realised, requested⟩ / ‖requested‖²: the share of the requested change that arrived; NaN when nothing was requested. */
  readonly projection: number;
  /** Share of the elements with a requested change that kept their old value. */
  readonly unmoved: number;
  /** Finite values that became infinite. */
  readonly overflowed: number;
}

const nothing: RoundingStatistics = {
  requestedSquares: 0,
  realisedSquares: 0,
  product: 0,
  requested: 0,
  unmoved: 0,
  overflowed: 0,
};

/** Adds up the statistics of all steered tensors for the `output`-th output. */
export function roundingOf(
  { job, files }: Pick<Plan, 'job' | 'files'>,
  statistics: ReadonlyMap<number, Statistics>,
  output: number,
): Rounding {
  const sums = { ...nothing };
  for (const [index, item] of job.items.entries()) {
    if (item.kind !== 'steer' && item.kind !== 'stack') continue;
    const place = item.places.findIndex(({ file }) => Math.floor(file / files.length) === output);
    const one = statistics.get(index)?.places[place] ?? nothing;
    sums.requestedSquares += one.requestedSquares;
    sums.realisedSquares += one.realisedSquares;
    sums.product += one.product;
    sums.requested += one.requested;
    sums.unmoved += one.unmoved;
    sums.overflowed += one.overflowed;
  }
  const requested = Math.sqrt(sums.requestedSquares);
  const realised = Math.sqrt(sums.realisedSquares);
  return {
    requested,
    realised,
    cosine: sums.product / (requested * realised),
    projection: sums.product / sums.requestedSquares,
    unmoved: sums.requested === 0 ? 0 : sums.unmoved / sums.requested,
    overflowed: sums.overflowed,
  };
}

/** Below this cosine between what was asked for and what was written, the output is not what the recipe says. */
const faithful = 0.95;

export interface Rounded {
  readonly file: string;
  readonly dtype: string;
  /** An adapter could hold the change. */
  readonly isLowRank: boolean;
}

/** What the user should know about an output's rounding, and what helps. */
export function roundingWarnings(
  rounding: Rounding,
  { file, dtype, isLowRank }: Rounded,
): readonly Warning[] {
  const remedies = isLowRank ? `Write an adapter (format: adapter), or ${others}` : `Write ${others}`;
  const warnings: Warning[] = [];
  const { requested, realised, cosine, projection, unmoved, overflowed } = rounding;
  if (requested > 0 && realised === 0) {
    const message = `The output equals its target: rounding to ${dtype} swallowed the whole change (norm ${requested.toPrecision(3)}). ${remedies}`;
    warnings.push({ code: 'nothing-changed', message, file });
  } else if (requested > 0 && cosine < faithful) {
    const message =
      `Rounding to ${dtype} distorts the change: cosine ${cosine.toFixed(3)} with the requested one, ` +
      `${percent(projection)} of it arrived, ${percent(unmoved)} of the elements did not move. ${remedies}`;
    warnings.push({ code: 'rounded-away', message, file });
  }
  return [...warnings, ...overflowWarnings(overflowed, { file, dtype })];
}

/** Finite values that a dtype cannot hold. */
export function overflowWarnings(
  overflowed: number,
  { file, dtype }: Pick<Rounded, 'file' | 'dtype'>,
): readonly Warning[] {
  if (overflowed === 0) return [];
  const message = `${overflowed} elements exceed the range of ${dtype} and became ${dtype === 'F8_E4M3' ? 'its largest value, 448' : 'infinite'}. ${widerThan(dtype)}`;
  return [{ code: 'overflow', message, file }];
}

const others = 'float32 (dtype: float32), or use rounding: stochastic, or a larger strength.';

/** What helps against values that are too large for a dtype. */
function widerThan(dtype: string): string {
  if (dtype === 'F16') return 'Write float32 or bfloat16, or use a smaller strength.';
  return 'Use a smaller strength.';
}
