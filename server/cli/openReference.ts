import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { repairInterrupted } from '../bytes/repair.ts';
import { ServerError } from '../errors.ts';
import type { Model } from '../models/model.ts';
import { referenceProblem, toReference } from '../recipes/modelReference.ts';
import { OpenModels } from '../recipes/openModels.ts';
import type { Recipe } from '../recipes/recipe.ts';
import type { Session } from './session.ts';

/** Opens what an argument names: `PATH` or `ORG/NAME`, with `@REVISION`; what exists as a path is a path. */
export async function openReference(text: string, { folder, signal, warnings }: Session): Promise<Model> {
  const models = new OpenModels({ folder, signal, warnings });
  const isPath = existsSync(resolve(folder, text));
  const problem = isPath ? undefined : referenceProblem(text);
  if (problem !== undefined) throw new ServerError('usage', text, problem);
  const reference = isPath ? { text, model: text } : toReference(text);
  if (reference.adapter !== undefined) {
    const both = `names a model and an adapter; here one of them is looked at: ${reference.model} or ${reference.adapter}`;
    throw new ServerError('usage', text, both);
  }
  await repairPath(resolve(folder, reference.model));
  return await models.open(reference);
}

/** Finishes interrupted writes of whatever a recipe reads. */
export async function repairInputs({ folder, base, target, directions }: Recipe): Promise<void> {
  const references = directions.flatMap(({ source }) =>
    source.kind === 'stored' ? [] : [source.positive, source.negative],
  );
  const named = [base, target, ...references].flatMap((reference) => [reference?.model, reference?.adapter]);
  const stored = directions.flatMap(({ source }) => (source.kind === 'stored' ? [source.path] : []));
  for (const path of [...named, ...stored]) if (path !== undefined) await repairPath(resolve(folder, path));
}

/** Where nothing can be repaired (a folder that may only be read), opening says what is wrong. */
export async function repairPath(path: string): Promise<void> {
  if (dirname(path) === path) return;
  await repairInterrupted(path).catch((error: unknown) => {
    if (!(error instanceof ServerError)) throw error;
  });
}
