import * as vscode from 'vscode';
import { modelFolders, watchConfiguration } from '../configuration.ts';
import { setContext } from '../contexts.ts';
import type { Background } from '../inBackground.ts';
import { windowFolders } from '../windowFolders.ts';
import type { Models } from './models.ts';
import { outside } from './outside.ts';
import { pathKeys } from './pathKeys.ts';
import { watchModels } from './watchModels.ts';

/** Looks for models now and when files come or go, and keeps the context keys of the menus. */
export function keepLooking(models: Models, background: Background): vscode.Disposable {
  const setKeys = () => {
    for (const [key, paths] of Object.entries(pathKeys(models.places))) setContext(key, paths);
  };
  const listening = models.onDidChange(setKeys);
  background(models.look());
  const changed = () => background(models.look());
  const holdsModels = (folder: string) => models.isUnder(folder);
  return vscode.Disposable.from(
    listening,
    watchModels({ changed, holdsModels }),
    watchAdded((folder) => watchModels({ folder, changed, holdsModels })),
  );
}

/** The folders of the setting that are not in the window, as the two are now and will be. */
function watchAdded(watch: (folder: string) => vscode.Disposable): vscode.Disposable {
  let watching = new vscode.Disposable(() => {});
  const begin = () => {
    watching.dispose();
    const window = windowFolders().map(({ path }) => path);
    watching = vscode.Disposable.from(...outside(modelFolders.read(), window).map(watch));
  };
  begin();
  return vscode.Disposable.from(watchConfiguration(begin), { dispose: () => watching.dispose() });
}
