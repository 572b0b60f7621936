import * as vscode from 'vscode';
import type { Root } from './trees/modelRows.ts';

/** The folders of the window, as they are now. */
export function windowFolders(): readonly Root[] {
  return (vscode.workspace.workspaceFolders ?? []).map(({ name, uri }) => ({ name, path: uri.fsPath }));
}
