import type { TruncationReport } from '#protocol/rollups.ts';
import { percent } from '../numbers.ts';

/** What `rank` and `energy` have left out, a line for each direction. */
export function truncationLines(truncation: readonly TruncationReport[] = []): readonly string[] {
  return truncation.map(
    ({ name, rank, relativeError }) =>
      `${name} is cut to rank ${rank ?? 'unknown'} at most, which leaves out ${percent(relativeError)} of its norm.`,
  );
}
