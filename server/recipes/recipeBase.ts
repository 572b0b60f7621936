import { findBase } from '../models/findBase.ts';
import { looksTheSame } from '../models/looksTheSame.ts';
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
  if (recipe.base !== undefined) {
    const named = await models.checkpoint(recipe.base);
    for (const adapter of adapters) await warnOfOtherBase(named, adapter, options);
    return named;
  }
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

/** An adapter put on another base than the one it names is a likely mistake, where that one is here to be compared. */
async function warnOfOtherBase(
  named: Checkpoint,
  adapter: Adapter | StoredDirection,
  { workspace, signal, warnings }: BaseOptions,
): Promise<void> {
  if (adapter.kind !== 'adapter') return; // A direction remembers its base's header.
  const asked = { adapters: [adapter], signal, ...(workspace !== undefined && { workspace }) };
  const { checkpoint: own } = await findBase(asked);
  if (own === undefined || (await looksTheSame(named, own, signal))) return;
  const message = `${adapter.path} was trained on ${own.path}, and the recipe puts it on ${named.path}.`;
  warnings.add({ code: 'other-base', message, file: adapter.path });
}
