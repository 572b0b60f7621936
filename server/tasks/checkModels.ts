import { readdir, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import type { CheckParams, CheckProgress, CheckResult } from '#protocol/check.ts';
import { readFailure } from '../bytes/ioFailure.ts';
import { checkModels as check } from '../check/checkModels.ts';
import { shardPattern } from '../check/takeSurvey.ts';
import { ServerError } from '../errors.ts';
import { weightsName } from '../models/checkpoint.ts';
import { holdsModel } from '../models/holdsModel.ts';
import { openModel } from '../models/openModel.ts';
import { locateModel } from '../models/resolveReference.ts';
import { referenceProblem, toReference } from '../recipes/modelReference.ts';
import type { TaskContext } from './taskContext.ts';

/**
 * What is wrong with models, named as everywhere; of a training run its checkpoints are checked. Errors: `model-not-found`,
 * `not-a-model`, `usage`.
 */
export async function checkModels(
  { models, depth, texts = {} }: CheckParams,
  context: TaskContext,
  tell: (progress: CheckProgress) => void,
): Promise<CheckResult> {
  const paths: string[] = [];
  for (const named of models) paths.push(...(await checkedPaths(named, context)));
  return await check([...new Set(paths)], {
    workspace: context.folder,
    bases: context.bases,
    depth,
    texts: new Map(Object.entries(texts)),
    readsPickles: context.readsPickles ?? true,
    signal: context.signal,
    tell,
  });
}

/** Texts that lie in a model's folder and mean it, as the only weights file does. */
const parts =
  /^(?:(?:adapter_|generation_|tokenizer_)?config|tokenizer|direction|model\.safetensors\.index)\.json$/;

/** Where what is named lies: one path, or those of a run's checkpoints; a text of a model means its folder. */
export async function checkedPaths(
  named: string,
  { folder, signal, readsPickles = true }: TaskContext,
): Promise<readonly string[]> {
  const path = await pathOf(named, folder, signal);
  if (!(await isFolder(path))) {
    const isPart = parts.test(basename(path)) || basename(path) === weightsName;
    if (isPart && (await isModelFolder(dirname(path)))) return [dirname(path)];
    if (/\.safetensors$/i.test(path)) return [path];
  } else if (await isModelFolder(path)) return [path];
  try {
    const model = await openModel(path, { reference: named, signal, readsPickles });
    return model.kind === 'run' ? model.checkpoints.map((checkpoint) => checkpoint.path) : [model.path];
  } catch (error) {
    // What is no model is a mistake of whoever asks; what is a broken one is looked at.
    if (error instanceof ServerError && error.code !== 'not-a-model') return [path];
    throw error;
  }
}

async function pathOf(named: string, folder: string, signal: AbortSignal): Promise<string> {
  const whole = await locateModel({ model: named }, { folder, signal }).catch((error: unknown) => {
    if (error instanceof ServerError && error.code === 'model-not-found') return undefined;
    throw error;
  });
  if (whole !== undefined) return whole.path;
  const problem = referenceProblem(named);
  if (problem !== undefined) throw new ServerError('usage', named, problem);
  const { model, revision } = toReference(named);
  return (await locateModel({ model, ...(revision !== undefined && { revision }) }, { folder, signal })).path;
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    throw readFailure(path, error);
  }
}

/** A model by its files, or shards whose index is missing. */
async function isModelFolder(path: string): Promise<boolean> {
  if (await holdsModel(path)) return true;
  try {
    return (await readdir(path)).some((name) => shardPattern.test(name));
  } catch (error) {
    throw readFailure(path, error);
  }
}
