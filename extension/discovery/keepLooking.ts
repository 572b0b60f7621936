import * as vscode from 'vscode';
import { setContext } from '../contexts.ts';
import type { Background } from '../inBackground.ts';
import type { Models } from './models.ts';
import { pathKeys } from './pathKeys.ts';
import { watchModels } from './watchModels.ts';

/** Looks for models now and when files come or go, and keeps the context keys of the menus. */
export function keepLooking(models: Models, background: Background): vscode.Disposable {
  const setKeys = () => {
    for (const [key, paths] of Object.entries(pathKeys(models.places))) setContext(key, paths);
  };
  const listening = models.onDidChange(setKeys);
  background(models.look());
  return vscode.Disposable.from(
    listening,
    watchModels(
      () => background(models.look()),
      (folder) => models.isUnder(folder),
    ),
  );
}
