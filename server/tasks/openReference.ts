import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { repairInterrupted } from '../bytes/repair.ts';
import type { FineTune } from '../directions/fineTune.ts';
import { ServerError } from '../errors.ts';
import type { Model } from '../models/model.ts';
import type { ModelReference } from '../models/reference.ts';
import { referenceProblem, toReference } from '../recipes/modelReference.ts';
import { OpenModels, standing } from '../recipes/openModels.ts';
import type { Recipe } from '../recipes/recipe.ts';
import type { TaskContext } from './taskContext.ts';

/** Opens what an argument names: `PATH` or `ORG/NAME`, with `@REVISION`; what exists as a path is a path. */
export async function openReference(text: string, context: TaskContext): Promise<Model> {
  const reference = referenceOf(text, context);
  const { model, adapter } = reference;
  if (adapter === undefined) return await open(reference, context);
  const problem = `names a model and an adapter; here one of them is looked at: ${model} or ${adapter}`;
  throw new ServerError('usage', text, problem);
}

/** The same, or a checkpoint with an adapter on it: `MODEL+ADAPTER`. */
export async function openWithAdapter(text: string, context: TaskContext): Promise<Model | FineTune> {
  const reference = referenceOf(text, context);
  const { model, adapter } = reference;
  if (adapter === undefined) return await open(reference, context);
  for (const path of [model, adapter]) await repairPath(resolve(context.folder, path), context);
  // Without a recipe there is no other `base` than the folder.
  const named = model === 'base' ? { ...reference, model: './base' } : reference;
  return standing(await new OpenModels(context).fineTune(named), {
    base: undefined,
    leading: undefined,
    signal: context.signal,
  });
}

async function open(reference: ModelReference, context: TaskContext): Promise<Model> {
  await repairPath(resolve(context.folder, reference.model), context);
  return await new OpenModels(context).open(reference);
}

function referenceOf(text: string, { folder }: TaskContext): ModelReference {
  // Nothing would be the folder itself, which nobody has named.
  if (text.trim() !== '' && existsSync(resolve(folder, text))) return { text, model: text };
  const problem = referenceProblem(text);
  if (problem !== undefined) throw new ServerError('usage', text.trim() === '' ? '""' : text, problem);
  return toReference(text);
}

/** Finishes interrupted writes of whatever a recipe reads. */
export async function repairInputs(
  { folder, base, target, directions }: Recipe,
  context: TaskContext,
): Promise<void> {
  const references = directions.flatMap(({ source }) =>
    source.kind === 'stored' ? [] : [source.positive, source.negative],
  );
  const named = [base, target, ...references].flatMap((reference) => [reference?.model, reference?.adapter]);
  const stored = directions.flatMap(({ source }) => (source.kind === 'stored' ? [source.path] : []));
  for (const path of [...named, ...stored])
    if (path !== undefined) await repairPath(resolve(folder, path), context);
}

/** Where nothing can be repaired (a folder that may only be read), opening says what is wrong. */
export async function repairPath(path: string, { mayWrite = true }: TaskContext): Promise<void> {
  if (!mayWrite || dirname(path) === path) return;
  await repairInterrupted(path).catch((error: unknown) => {
    if (!(error instanceof ServerError)) throw error;
  });
}
