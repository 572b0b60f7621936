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
  const path = paths[0] ?? (await chooseModel(l10n.t('Open Model'), tools));
  await show(await modelFile(path));
}

/** *Show Header*: for Find, an outline, and whatever else VS Code does with text. */
export async function showHeader(
  paths: readonly string[],
  tools: Pick<Tools, 'ui' | 'models' | 'folders'>,
  show: (path: string) => Promise<void>,
): Promise<void> {
  await show(paths[0] ?? (await chooseModel(l10n.t('Show Header'), tools)));
}

async function chooseModel(title: string, tools: Pick<Tools, 'ui' | 'models' | 'folders'>): Promise<string> {
  const kinds = ['checkpoint', 'adapter', 'direction'] as const;
  return await pickModel({ kinds, title, placeholder: l10n.t('Model') }, tools);
}

/** The file that stands for the model at a path. */
async function modelFile(path: string): Promise<string> {
  if (!(await stat(path)).isDirectory()) return path;
  const name = weightsIn(await readdir(path));
  if (name !== undefined) return join(path, name);
  const message = l10n.t('There are no weights in this folder.');
  throw new RequestFailure({ code: 'not-a-model', message, subject: path });
}
