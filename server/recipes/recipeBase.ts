import { findBase } from '../models/findBase.ts';
import type { Adapter, Checkpoint, StoredDirection } from '../models/model.ts';
import type { Warnings } from '../warnings.ts';
import type { OpenModels } from './openModels.ts';
import type { Recipe } from './recipe.ts';

interface BaseOptions {
  readonly models: OpenModels;
  /** What stands on the base, in the order in which it is asked for its name. */
  readonly adapters: readonly (Adapter | StoredDirection)[];
  /** Where that name is looked for, besides the adapter's own folder. */
  readonly workspace: string | undefined;
  readonly signal: AbortSignal;
  readonly warnings: Warnings;
}

/**
 * The recipe's base, else what the adapters and stored directions say they stand on. Where that leads nowhere the warning `base-not-found`
 * says what was tried, and `base-refused` what was there but did not fit. Errors: those of the base that is named.
 */
export async function recipeBase(recipe: Recipe, options: BaseOptions): Promise<Checkpoint | undefined> {
  const { models, adapters, workspace, signal, warnings } = options;
  if (recipe.base !== undefined) return await models.checkpoint(recipe.base);
  if (adapters.length === 0) return undefined;
  const { checkpoint, refused } = await findBase({
    adapters,
    signal,
    ...(workspace !== undefined && { workspace }),
  });
  if (checkpoint === undefined) {
    const message = `No base was found; name it in the recipe (base: …). Tried: ${refused.join('; ')}.`;
    warnings.add({ code: 'base-not-found', message, file: recipe.folder });
    return undefined;
  }
  for (const problem of refused) {
    const message = `${problem}. The base is taken to be ${checkpoint.path}.`;
    warnings.add({ code: 'base-refused', message, file: recipe.folder });
  }
  for (const warning of checkpoint.warnings) warnings.add(warning);
  return checkpoint;
}
