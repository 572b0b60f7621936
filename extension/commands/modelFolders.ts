import { l10n } from 'vscode';
import type { Ui } from '../ui.ts';

export interface ModelFolders {
  readonly read: () => readonly string[];
  readonly write: (folders: readonly string[]) => Promise<void>;
}

/** *Add Model Folder…*: another folder for the view *Models*, kept in the settings. */
export async function addModelFolder(folders: ModelFolders, ui: Pick<Ui, 'chooseFolder'>): Promise<void> {
  const folder = await ui.chooseFolder(l10n.t('Add Model Folder'));
  const known = folders.read();
  if (!known.includes(folder)) await folders.write([...known, folder]);
}

/** Takes a folder off the view again; nothing on the disk changes. */
export async function removeModelFolder(paths: readonly string[], folders: ModelFolders): Promise<void> {
  await folders.write(folders.read().filter((folder) => !paths.includes(folder)));
}
