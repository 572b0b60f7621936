import { resolve } from 'node:path';
import { ServerError } from '../errors.ts';
import { readRecipe } from '../recipes/readRecipe.ts';
import type { Recipe } from '../recipes/recipe.ts';
import { openReference } from '../tasks/openReference.ts';
import { namesRecipe } from '../recipes/namesRecipe.ts';
import { modelRecipe, pairRecipe } from '../tasks/subjectRecipe.ts';
import type { Session } from './session.ts';

/** The recipe that arguments come to: a recipe's own, that of a stored direction or an adapter, or of the way from one model to another. */
export async function recipeOfArguments(
  [first, other]: readonly [first: string, other?: string | undefined],
  session: Session,
): Promise<Recipe> {
  const { folder, signal } = session;
  const isRecipe = namesRecipe(first);
  if (other !== undefined) {
    if (isRecipe) throw new ServerError('usage', first, 'is a recipe, and is given alone');
    const [before, after] = [await openReference(first, session), await openReference(other, session)];
    return pairRecipe(before, after, folder);
  }
  if (isRecipe) return await readRecipe(resolve(folder, first), signal);
  return modelRecipe(await openReference(first, session), folder);
}
