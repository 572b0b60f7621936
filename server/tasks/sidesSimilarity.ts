import { sidesOf } from '../analysis/contrastFacts.ts';
import type { ProductOptions } from '../analysis/innerProducts.ts';
import type { ReportContent } from '../analysis/report/reportContent.ts';
import { similarity } from '../analysis/similarity.ts';
import { placeKey } from '../analysis/similarityFlags.ts';
import { apart } from '../directions/algebra.ts';
import type { Direction } from '../directions/term.ts';
import { hasDense } from '../directions/terms.ts';
import type { ResolvedRecipe } from '../recipes/resolvedRecipe.ts';
import { Warnings } from '../warnings.ts';
import { originOf } from './originOf.ts';

/**
 * Cosines of w with the sides of its contrasts, and of these with each other. Null where there are no sides, and where something is
 * dense: everything would have to be read once more, which `similarity` does when it is asked to.
 */
export async function sidesSimilarity(
  resolved: ResolvedRecipe,
  options: ProductOptions,
): Promise<ReportContent['sides']> {
  const { direction, contrasts, tied, base } = resolved;
  const several = contrasts.length > 1;
  const sides = contrasts.flatMap((request): Direction[] => {
    const [positive, negative] = sidesOf(request, new Warnings()) ?? []; // The analysis has told of them.
    const of = several ? ` of ${request.name}` : '';
    return positive === undefined || negative === undefined
      ? []
      : [
          { ...positive, name: `τ₊${of}` },
          { ...negative, name: `τ₋${of}` },
        ];
  });
  if (sides.length === 0 || direction.tensors.size === 0) return null;
  const all = [{ ...direction, name: direction.name }, ...sides];
  if (all.some(hasDense)) return null;
  const isApart = tied !== undefined && all.some(({ untied }) => untied);
  const subjects = isApart ? all.map((each) => apart(each, tied)) : all;
  const ofBase = new Set([...(base?.tensors.values() ?? [])].map(placeKey));
  const origins = [originOf(resolved), ...sides];
  const { cosine, z, flags } = await similarity({ subjects, controls: [], origins, ofBase }, options);
  return { names: subjects.map(({ name }) => name), cosine, z, flags };
}
