import { enoughFor } from '#protocol/enoughFor.ts';
import type { TensorAnalysis } from '#protocol/results.ts';

type Spectral = Pick<TensorAnalysis, 'singularValues' | 'energy' | 'spectrum'>;

/** The share of Σσ² that is marked. */
export const markedShare = 0.9;

/** The ranks that are marked, whatever a spectrum is like. */
export const markedRanks = [1, 8] as const;

/** σ of a place counted from 1; past the end of an exact spectrum 0, past that of a randomised one unknown. */
export function sigmaAt({ singularValues, spectrum }: Spectral, place: number): number | null {
  if (singularValues === null) return null;
  return singularValues[place - 1] ?? (spectrum === 'randomised' ? null : 0);
}

/** Share of ‖w‖² in the first so many singular values; past the end as for `sigmaAt`. */
export function energyTo({ energy, spectrum }: Spectral, count: number): number | null {
  if (energy === null) return null;
  return energy[count - 1] ?? (spectrum === 'randomised' ? null : (energy.at(-1) ?? null));
}

/** How many singular values hold this share of ‖w‖²; null where the known ones do not. */
export function rankFor({ energy }: Spectral, share: number): number | null {
  return enoughFor(energy, share);
}

/** Singular values below this part of the largest are rounding of what they were computed from. */
const rounding = 1e-9;

/** The values that a logarithmic axis can show: the others are counted beside the figure. */
export function aboveRounding(values: readonly number[]): readonly number[] {
  const floor = (values[0] ?? 0) * rounding;
  return values.filter((value) => value > floor);
}
