import { createFineTune, type FineTune } from '../directions/fineTune.ts';
import { ServerError } from '../errors.ts';
import { matchAdapter, type MatchOptions } from '../models/matchAdapter.ts';
import type { Adapter, Checkpoint, Model } from '../models/model.ts';
import { openModel } from '../models/openModel.ts';
import type { ModelReference } from '../models/reference.ts';
import { renamed } from '../models/renamed.ts';
import { withoutCopies } from '../models/withoutCopies.ts';
import { locateModel } from '../models/resolveReference.ts';
import type { Warnings } from '../warnings.ts';

/** What a reference names, before it is known which base it stands on. */
export interface Opened {
  readonly reference: ModelReference;
  /** Undefined: it stands on the base. */
  readonly checkpoint: Checkpoint | undefined;
  readonly adapter: Adapter | undefined;
}

interface OpenModelsOptions {
  /** What relative paths are relative to. */
  readonly folder: string;
  /** Which is a recipe's. */
  readonly inRecipe?: boolean;
  readonly signal: AbortSignal;
  readonly warnings: Warnings;
  /** False in a window that does not trust its folders. Default: true. */
  readonly readsPickles?: boolean;
}

/** Opens the models of a recipe, each file once, and keeps what is odd about them. */
export class OpenModels {
  readonly #options: OpenModelsOptions;
  readonly #models = new Map<string, Promise<Model>>();

  constructor(options: OpenModelsOptions) {
    this.#options = options;
  }

  /** `base`, `base+ADAPTER`, an adapter, a checkpoint, or a checkpoint with an adapter on it; else `not-a-model`. */
  async fineTune(reference: ModelReference): Promise<Opened> {
    const on = reference.model === 'base' ? undefined : await this.open(reference);
    const top = reference.adapter === undefined ? undefined : await this.open({ model: reference.adapter });
    if (on?.kind === 'direction' || on?.kind === 'run') throw notAFineTune(on);
    if (top !== undefined && top.kind !== 'adapter') throw notAnAdapter(top);
    if (on?.kind !== 'adapter') return { reference, checkpoint: on, adapter: top };
    if (top !== undefined) throw notACheckpoint(on);
    return { reference, checkpoint: undefined, adapter: on };
  }

  /** A checkpoint by itself; else `not-a-model`. */
  async checkpoint(reference: ModelReference): Promise<Checkpoint> {
    const model = await this.open(reference);
    if (model.kind !== 'checkpoint' || reference.adapter !== undefined) throw notACheckpoint(model);
    return model;
  }

  /** Whatever is there. Errors: those of `locateModel` and `openModel`. */
  async open({
    model,
    revision,
    text,
  }: Partial<ModelReference> & { readonly model: string }): Promise<Model> {
    const key = JSON.stringify([model, revision]);
    const known = this.#models.get(key);
    if (known !== undefined) return await known;
    const opening = this.#open({ model, ...(revision !== undefined && { revision }) }, text ?? model);
    this.#models.set(key, opening);
    return await opening;
  }

  async #open(
    named: { readonly model: string; readonly revision?: string },
    reference: string,
  ): Promise<Model> {
    const { signal, warnings, readsPickles = true } = this.#options;
    const { path, hubId } = await locateModel(named, this.#options);
    const model = await openModel(path, {
      reference,
      signal,
      readsPickles,
      ...(hubId !== undefined && { hubId }),
    });
    if (model.kind !== 'run') for (const warning of model.warnings) warnings.add(warning);
    return model;
  }
}

export interface Leading {
  readonly base: Checkpoint | undefined;
  /** Whose names all others take: the base, else a checkpoint of the recipe. */
  readonly leading: Checkpoint | undefined;
}

/**
 * The model on its base, with the leading names: a checkpoint's by the rule of `renamed`, an adapter's by that of
 * `matchAdapter`, which fails where the adapter does not fit. What an adapter only copied from below is left out.
 */
export async function standing(
  { reference, checkpoint, adapter }: Opened,
  { base, leading, signal, ...options }: Leading & MatchOptions & { readonly signal: AbortSignal },
): Promise<FineTune> {
  const own = checkpoint === undefined || leading === undefined ? checkpoint : renamed(checkpoint, leading);
  const below = own ?? base;
  return createFineTune({
    label: reference.text,
    path: adapter?.path ?? below?.path ?? reference.text,
    checkpoint: below,
    adapter:
      adapter === undefined || below === undefined
        ? adapter
        : await withoutCopies(matchAdapter(adapter, below, options), below, signal),
  });
}

function notAFineTune({ kind, path }: Model): ServerError {
  const problem =
    kind === 'run'
      ? 'is a training run; name one of its checkpoints, such as checkpoint-100'
      : 'is a stored direction and not a fine-tune; use it in `directions:` with `path:`';
  return new ServerError('not-a-model', path, problem);
}

function notAnAdapter({ kind, path }: Model): ServerError {
  return new ServerError('not-a-model', path, `is a ${kind}; what stands behind + has to be an adapter`);
}

function notACheckpoint({ kind, path }: Model): ServerError {
  const found = kind === 'checkpoint' ? 'has an adapter on it' : `is of the kind ${kind}`;
  return new ServerError('not-a-model', path, `${found}; here a checkpoint is needed`);
}
