import * as vscode from 'vscode';
import type { Call } from '../call.ts';
import { toRange } from '../editFiles.ts';

/** *Write at This Strength*: puts strengths into a recipe, which is shown, and left to be saved. */
export async function writeStrengths(path: string, strengths: readonly number[], call: Call): Promise<void> {
  const document = await vscode.workspace.openTextDocument(path);
  const text = document.getText();
  const changes = await call('recipes/strengthEdits', { path, text, strengths });
  const edit = new vscode.WorkspaceEdit();
  edit.set(
    document.uri,
    changes.map(({ range, newText }) => vscode.TextEdit.replace(toRange(range), newText)),
  );
  await vscode.workspace.applyEdit(edit);
  await vscode.window.showTextDocument(document, { viewColumn: vscode.ViewColumn.One });
}
