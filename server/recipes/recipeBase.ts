import { type FindBase, findBase } from '../models/findBase.ts';
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
  /** Where bases are that adapters know by another name. */
  readonly bases: ReadonlyMap<string, string> | undefined;
  readonly signal: AbortSignal;
  readonly readsPickles: boolean;
  readonly warnings: Warnings;
}

/**
 * The recipe's base, else what the adapters and stored directions say they stand on. Where that leads nowhere the warning `base-not-found`
 * says what was tried, and `base-refused` what was there but did not fit. Errors: those of the base that is named.
 */
export async function recipeBase(recipe: Recipe, options: BaseOptions): Promise<Checkpoint | undefined> {
  const { models, adapters, warnings } = options;
  if (recipe.base !== undefined) {
    const named = await models.checkpoint(recipe.base);
    for (const adapter of adapters) await warnOfOtherBase(named, adapter, options);
    return named;
  }
  if (adapters.length === 0) return undefined;
  const { checkpoint, refused } = await findBase({ adapters, ...asked(options) });
  if (checkpoint === undefined) {
    warnings.add({ code: 'base-not-found', message: noBaseFound(refused), file: recipe.folder });
    return undefined;
  }
  for (const problem of refused) {
    const message = `${problem}. The base is taken to be ${checkpoint.path}.`;
    warnings.add({ code: 'base-refused', message, file: recipe.folder });
  }
  for (const warning of checkpoint.warnings) warnings.add(warning);
  return checkpoint;
}

/** What was tried, as a warning. */
export function noBaseFound(refused: readonly string[]): string {
  return `No base was found; name it in the recipe (base: …). Tried: ${refused.join('; ')}.`;
}

/** An adapter put on another base than the one it names is a likely mistake, where that one is here to be compared. */
async function warnOfOtherBase(
  named: Checkpoint,
  adapter: Adapter | StoredDirection,
  options: BaseOptions,
): Promise<void> {
  if (adapter.kind !== 'adapter') return; // A direction remembers its base's header.
  const { checkpoint: own } = await findBase({ adapters: [adapter], ...asked(options) });
  if (own === undefined || (await looksTheSame(named, own, options.signal))) return;
  const message = `${adapter.path} was trained on ${own.path}, and the recipe puts it on ${named.path}.`;
  options.warnings.add({ code: 'other-base', message, file: adapter.path });
}

function asked({ workspace, bases, signal, readsPickles }: BaseOptions): Omit<FindBase, 'adapters'> {
  return {
    signal,
    readsPickles,
    ...(workspace !== undefined && { workspace }),
    ...(bases !== undefined && { bases }),
  };
}
