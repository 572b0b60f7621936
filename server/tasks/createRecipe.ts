import { basename, dirname, relative, resolve, sep } from 'node:path';
import type { CreateRecipeParams } from '#protocol/requests.ts';
import type { InitResult } from '#protocol/results.ts';
import { writeAtomically } from '../bytes/atomicWrite.ts';
import { ensureFolder } from '../bytes/ensureFolder.ts';
import { writing } from '../bytes/ioFailure.ts';
import { exists } from '../bytes/stagingPlaces.ts';
import { ServerError } from '../errors.ts';
import { findBase } from '../models/findBase.ts';
import type { Adapter, Checkpoint, Model, StoredDirection } from '../models/model.ts';
import type { WrittenReference } from '../recipes/modelReference.ts';
import { noBaseFound } from '../recipes/recipeBase.ts';
import { nameProblem } from '../recipes/recipeName.ts';
import { type NewRecipe, recipeText } from '../recipes/writeRecipe.ts';
import { openReference } from './openReference.ts';
import type { TaskContext } from './taskContext.ts';

interface CreateOptions {
  /** What is there already may be replaced. */
  readonly force: boolean;
}

/** Writes a commented recipe. `output-exists` where its path is taken; `not-a-model` for what cannot be one of its parts. */
export async function createRecipe(
  params: CreateRecipeParams,
  context: TaskContext,
  { force }: CreateOptions,
): Promise<InitResult> {
  const path = resolve(context.folder, params.path);
  const parts = await openParts(params, context);
  if (!force && (await exists(path))) {
    const problem = 'exists already; choose another name, or replace it with --force';
    throw new ServerError('output-exists', path, problem);
  }
  const base = await baseOf(params, parts, context);
  const text = recipeText(newRecipe(parts, base, path));
  await writing(path, () => ensureFolder(dirname(path)));
  await writeAtomically(path, text);
  return { path, base: base === undefined ? null : inOneLine(base.spelled(dirname(path))) };
}

interface Parts {
  readonly source:
    | { readonly kind: 'contrast'; readonly positive: Model; readonly negative: Model }
    | { readonly kind: 'stored'; readonly direction: StoredDirection };
  readonly target: Model | undefined;
}

async function openParts({ source, target }: CreateRecipeParams, context: TaskContext): Promise<Parts> {
  const aimed = target === undefined ? undefined : fineTune(await openReference(target, context));
  if (source.kind === 'stored') {
    const direction = await openReference(source.direction, context);
    if (direction.kind === 'direction') return { source: { kind: 'stored', direction }, target: aimed };
    const problem = `is of the kind ${direction.kind}, not a stored direction`;
    throw new ServerError('invalid-direction', direction.path, problem);
  }
  const positive = fineTune(await openReference(source.positive, context));
  const negative = fineTune(await openReference(source.negative, context));
  if (positive.path === negative.path) {
    const message = `Both sides are ${positive.path}, so the direction is zero.`;
    context.warnings.add({ code: 'zero-direction', message, file: positive.path });
  }
  return { source: { kind: 'contrast', positive, negative }, target: aimed };
}

/** What one base has in two versions: checkpoints and adapters. */
function fineTune(model: Model): Model {
  if (model.kind === 'checkpoint' || model.kind === 'adapter') return model;
  const what = model.kind === 'run' ? 'a training run; name one of its checkpoints' : 'a stored direction';
  throw new ServerError('not-a-model', model.path, `is ${what}, and here a fine-tune is needed`);
}

interface Base {
  /** Undefined: it is named and was not opened. */
  readonly path: string | undefined;
  /** As a recipe in this folder names it. */
  readonly spelled: (folder: string) => WrittenReference;
}

/** The one that was given; else what the adapters stand on; else, of an adapter and a checkpoint, the checkpoint. */
async function baseOf(
  { base }: CreateRecipeParams,
  { source, target }: Parts,
  context: TaskContext,
): Promise<Base | undefined> {
  if (base === null) return undefined;
  if (base !== undefined) return toBase(asBase(await openReference(base, context)));
  const sides = source.kind === 'stored' ? [source.direction] : [source.positive, source.negative];
  const adapters = [...sides, target].filter((model) => isOnBase(model));
  if (adapters.length === 0) return undefined;
  const { folder, signal, bases, readsPickles = true } = context;
  const found = await findBase({
    adapters,
    workspace: folder,
    signal,
    readsPickles,
    ...(bases !== undefined && { bases }),
  });
  const checkpoint = found.checkpoint ?? sides.find((model) => model.kind === 'checkpoint');
  if (checkpoint !== undefined) return toBase(checkpoint);
  context.warnings.add({ code: 'base-not-found', message: noBaseFound(found.refused), file: context.folder });
  return undefined;
}

function asBase(model: Model): Checkpoint {
  if (model.kind === 'checkpoint') return model;
  throw new ServerError('not-a-model', model.path, `is of the kind ${model.kind}; a base is a checkpoint`);
}

function isOnBase(model: Model | undefined): model is Adapter | StoredDirection {
  return model?.kind === 'adapter' || model?.kind === 'direction';
}

function toBase(model: Model): Base {
  return { path: model.path, spelled: (folder) => referenceFrom(folder, model) };
}

/** A recipe goes by its file, as it does where it says nothing. */
function nameOf(path: string): string {
  const name = basename(path).replace(/(?:\.steer)?\.ya?ml$/i, '');
  return nameProblem(name) === undefined ? name : 'recipe';
}

function newRecipe({ source, target }: Parts, base: Base | undefined, path: string): NewRecipe {
  const folder = dirname(path);
  const spelled = (model: Model) =>
    model.path === base?.path ? 'base' : notBase(referenceFrom(folder, model));
  const common = {
    name: nameOf(path),
    ...(base !== undefined && { base: base.spelled(folder) }),
    ...(target !== undefined && target.path !== base?.path && { target: targetOf(target, base, folder) }),
  };
  if (source.kind === 'stored') {
    const { direction } = source;
    const { name } = direction.manifest;
    return { ...common, direction: { name, path: referenceFrom(folder, direction) } };
  }
  const { positive, negative } = source;
  return { ...common, positive: spelled(positive), negative: spelled(negative) };
}

/** An adapter is steered on its base: `base+ADAPTER`, where the base is known. */
function targetOf(target: Model, base: Base | undefined, folder: string): WrittenReference {
  const reference = referenceFrom(folder, target);
  if (target.kind !== 'adapter' || base === undefined) return notBase(reference);
  return { model: 'base', adapter: reference };
}

/** A recipe's name by its positive side. Names become part of file names: what cannot is replaced. */
export function recipeNameOf({ path, reference }: Model): string {
  const last =
    basename(/[\\/]\.{0,2}$/.test(reference) ? path : reference.replace(/@.*$/, '')) || basename(path);
  return nameProblem(last) === undefined ? last : 'recipe';
}

/** A Hub id as it was given, else a path from the recipe's folder, with forward slashes. */
function referenceFrom(folder: string, model: Model | Checkpoint): string {
  const isFromHub = 'hubId' in model && model.hubId !== undefined;
  if (isFromHub) return model.reference;
  const way = relative(folder, model.path).split(sep).join('/');
  return way === '' ? '.' : way;
}

/** In a recipe, `base` means its base; a folder of that name is `./base`. */
function notBase(reference: string): string {
  return reference === 'base' ? './base' : reference;
}

function inOneLine(reference: WrittenReference): string {
  return typeof reference === 'string' ? reference : reference.model;
}
