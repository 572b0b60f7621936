import type { TruncationReport } from '#protocol/rollups.ts';
import type { ResolvedRecipe } from '../../recipes/resolvedRecipe.ts';

/** The part of a result that says what was left out of the directions; none where nothing was. */
export function truncated({ truncation = [] }: Pick<ResolvedRecipe, 'truncation'>): {
  readonly truncation?: readonly TruncationReport[];
} {
  return truncation.length === 0 ? {} : { truncation };
}
