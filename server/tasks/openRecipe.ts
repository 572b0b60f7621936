import { warnOfQuantised } from '../analysis/quantisedOperands.ts';
import { countTruncation } from '../analysis/countTruncation.ts';
import { truncateDirection } from '../analysis/truncateDirection.ts';
import { Cache, cacheFolder } from '../bytes/cache.ts';
import type { Truncate } from '../directions/truncation.ts';
import type { Recipe } from '../recipes/recipe.ts';
import type { ResolvedRecipe } from '../recipes/resolvedRecipe.ts';
import { resolveRecipe } from '../recipes/resolveRecipe.ts';
import { LazyWork } from './lazyWork.ts';
import { repairInputs } from './openReference.ts';
import { removing } from './removing.ts';
import type { TaskContext } from './taskContext.ts';

/**
 * Opens what a recipe names, after mending what an interrupted write has left of it; with `remove`, `rank` or
 * `energy` in it, reads weights too. Errors: those of `resolveRecipe`, `removeDirections` and `truncateDirection`.
 */
export async function openRecipe(recipe: Recipe, context: TaskContext): Promise<ResolvedRecipe> {
  const { signal, warnings, folder, bases, readsPickles = true } = context;
  await repairInputs(recipe, context);
  await using work = new LazyWork('cpu', signal);
  const resolved = await resolveRecipe(recipe, {
    signal,
    warnings,
    workspace: folder,
    readsPickles,
    remove: removing(context, work, openRecipe),
    truncate: truncating(context, work),
    ...(bases !== undefined && { bases }),
  });
  await warnOfQuantised(resolved.direction, { warnings, signal });
  return resolved;
}

function truncating({ headersOnly, signal, report }: TaskContext, work: LazyWork): Truncate {
  if (headersOnly === true)
    return (direction, truncation) => Promise.resolve(countTruncation(direction, truncation));
  const cache = new Cache({ folder: cacheFolder() });
  return (direction, truncation, config) =>
    truncateDirection(direction, truncation, { config, work: work.open, cache, signal, report });
}
