import type { RemovalReport, TruncationReport } from '#protocol/rollups.ts';
import type { ResolvedRecipe } from '../../recipes/resolvedRecipe.ts';

/** The part of a result that says what was taken out of the directions and left out of them; none where nothing was. */
export function reduced({ removal = [], truncation = [] }: Pick<ResolvedRecipe, 'removal' | 'truncation'>): {
  readonly removal?: readonly RemovalReport[];
  readonly truncation?: readonly TruncationReport[];
} {
  return {
    ...(removal.length > 0 && { removal }),
    ...(truncation.length > 0 && { truncation }),
  };
}
