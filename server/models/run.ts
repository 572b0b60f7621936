import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { readFailure, systemCode } from '../bytes/ioFailure.ts';
import { ServerError } from '../errors.ts';
import type { TrainingRun } from './model.ts';

/** Opens a folder of `checkpoint-<step>` sub-folders; `not-a-model` where it holds none. */
export async function openRun(
  folder: string,
  { reference }: { readonly reference: string },
): Promise<TrainingRun> {
  const run = await trainingRunOf(folder, reference);
  if (run !== undefined) return run;
  const problem = 'is not a training run: it has no sub-folder checkpoint-<step> with something in it';
  throw new ServerError('not-a-model', resolve(folder), problem);
}

/**
 * The `checkpoint-<step>` sub-folders that hold something, ascending by step; undefined where there is none. An adapter
 * folder may be a run too. Errors: `file-not-found`, `unreadable`.
 */
export async function trainingRunOf(folder: string, reference: string): Promise<TrainingRun | undefined> {
  const path = resolve(folder);
  const found = (await entriesOf(path)).flatMap(({ name }) => {
    const step = /^checkpoint-(\d{1,15})$/.exec(name)?.[1];
    return step === undefined ? [] : [{ step: Number(step), path: join(path, name) }];
  });
  const checkpoints: (typeof found)[number][] = [];
  for (const each of found) if (await holdsSomething(each.path)) checkpoints.push(each);
  if (checkpoints.length === 0) return undefined;
  return {
    kind: 'run',
    reference,
    path,
    checkpoints: checkpoints.toSorted((one, other) => one.step - other.step),
  };
}

async function entriesOf(folder: string): Promise<readonly Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    throw readFailure(folder, error);
  }
}

/** Files, links that lead nowhere or in circles, and empty folders hold nothing. */
async function holdsSomething(path: string): Promise<boolean> {
  try {
    return (await readdir(path)).length > 0;
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'ELOOP'].includes(systemCode(error))) return false;
    throw readFailure(path, error);
  }
}
