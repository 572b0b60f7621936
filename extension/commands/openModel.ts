import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { RequestFailure } from '#protocol/failure.ts';
import { l10n } from 'vscode';
import { weightsIn } from '../editors/weightsIn.ts';
import { pickModel } from './pick.ts';
import type { Tools } from './tools.ts';

/** Shows a file as a model, and one of its tensors where that is asked for. */
export type ShowModel = (path: string, tensor?: string) => Promise<void>;

/** *Open Model*: a folder by its index or first weights file, a file as it is. */
export async function openModel(
  paths: readonly string[],
  tools: Pick<Tools, 'ui' | 'models' | 'folders'>,
  show: ShowModel,
): Promise<void> {
  const [title, placeholder] = [l10n.t('Open Model'), l10n.t('Model')];
  const kinds = ['checkpoint', 'adapter', 'direction'] as const;
  const path = paths[0] ?? (await pickModel({ kinds, title, placeholder }, tools));
  await show(await modelFile(path));
}

/** The file that stands for the model at a path. */
async function modelFile(path: string): Promise<string> {
  if (!(await stat(path)).isDirectory()) return path;
  const name = weightsIn(await readdir(path));
  if (name !== undefined) return join(path, name);
  const message = l10n.t('There are no weights in this folder.');
  throw new RequestFailure({ code: 'not-a-model', message, subject: path });
}
