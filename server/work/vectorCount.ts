import type { VectorsWanted } from './spectrumItems.ts';

interface Spectrum {
  /** Descending. */
  readonly sigma: Float64Array;
  /** Σσ² over all of them, also where `sigma` has only the leading ones. */
  readonly squares: number;
  /** As a share of the largest: what is smaller is the rounding of 0, and has no vectors. */
  readonly floor: number;
}

/** How many leading singular vectors are wanted of a matrix of this spectrum. */
export function vectorCount(
  { rank = Infinity, energy }: VectorsWanted,
  { sigma, squares, floor }: Spectrum,
): number {
  const most = Math.min(rank, sigma.findLastIndex((value) => value > floor * (sigma[0] ?? 0)) + 1);
  if (energy === undefined) return most;
  let sum = 0;
  // A share of 1 is reached when nothing is left, whatever the rounding of the sums.
  const enough = sigma.findIndex((value) => (sum += value ** 2) >= energy * squares);
  return enough < 0 ? most : Math.min(most, enough + 1);
}
