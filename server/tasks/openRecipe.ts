import { warnOfQuantised } from '../analysis/quantisedOperands.ts';
import type { Recipe } from '../recipes/recipe.ts';
import type { ResolvedRecipe } from '../recipes/resolvedRecipe.ts';
import { resolveRecipe } from '../recipes/resolveRecipe.ts';
import { repairInputs } from './openReference.ts';
import type { TaskContext } from './taskContext.ts';

/** Opens what a recipe names, after mending what an interrupted write has left of it. Errors: those of `resolveRecipe`. */
export async function openRecipe(recipe: Recipe, context: TaskContext): Promise<ResolvedRecipe> {
  const { signal, warnings, folder, bases, readsPickles = true } = context;
  await repairInputs(recipe, context);
  const resolved = await resolveRecipe(recipe, {
    signal,
    warnings,
    workspace: folder,
    readsPickles,
    ...(bases !== undefined && { bases }),
  });
  await warnOfQuantised(resolved.direction, { warnings, signal });
  return resolved;
}
