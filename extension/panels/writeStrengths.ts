import * as vscode from 'vscode';
import type { Call } from '../call.ts';

/** *Write at This Strength*: puts strengths into a recipe, which is shown, and left to be saved. */
export async function writeStrengths(path: string, strengths: readonly number[], call: Call): Promise<void> {
  const document = await vscode.workspace.openTextDocument(path);
  const text = document.getText();
  const changes = await call('recipes/strengthEdits', { path, text, strengths });
  const edit = new vscode.WorkspaceEdit();
  for (const { start, end, text: by } of changes)
    edit.replace(document.uri, new vscode.Range(document.positionAt(start), document.positionAt(end)), by);
  await vscode.workspace.applyEdit(edit);
  await vscode.window.showTextDocument(document, { viewColumn: vscode.ViewColumn.One });
}
