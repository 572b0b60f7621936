import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { TrainingRun } from './model.ts';

/** The `checkpoint-<step>` sub-folders, ascending by step; undefined where there is none. */
export async function trainingRunOf(folder: string, reference: string): Promise<TrainingRun | undefined> {
  const path = resolve(folder);
  const entries = await readdir(path, { withFileTypes: true });
  const checkpoints = entries
    .filter((entry) => entry.isDirectory() || entry.isSymbolicLink())
    .flatMap(({ name }) => {
      const step = /^checkpoint-(\d{1,15})$/.exec(name)?.[1];
      return step === undefined ? [] : [{ step: Number(step), path: join(path, name) }];
    })
    .toSorted((one, other) => one.step - other.step);
  return checkpoints.length === 0 ? undefined : { kind: 'run', reference, path, checkpoints };
}
