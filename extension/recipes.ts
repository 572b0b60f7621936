import { RequestFailure } from '#protocol/failure.ts';
import type { Restriction } from '#protocol/recipes.ts';
import * as vscode from 'vscode';
import type { Call } from './call.ts';
import { editFiles, toRange } from './editFiles.ts';

/** Narrows what a recipe moves, in its editor, where it can be undone; saved, unless it held changes before. Returns what it says now. */
export async function restrictRecipe(path: string, restriction: Restriction, call: Call): Promise<string> {
  const document = await vscode.workspace.openTextDocument(vscode.Uri.file(path));
  const { version } = document;
  const { changes, message } = await call('recipes/restrict', {
    path,
    text: document.getText(),
    restriction,
  });
  if (document.version !== version) {
    const text = vscode.l10n.t('The recipe has changed in the meantime and was not edited.');
    throw new RequestFailure({ code: 'usage', message: text, subject: path });
  }
  const [first] = changes;
  if (first === undefined) return message;
  await editFiles([{ path, changes }]);
  await reveal(document, toRange(first.range), true);
  return message;
}

/** Shows what in a recipe lets a tensor move. */
export async function showClause(path: string, tensor: string, call: Call): Promise<void> {
  const document = await vscode.workspace.openTextDocument(vscode.Uri.file(path));
  const { range } = await call('recipes/clause', { path, text: document.getText(), tensor });
  await reveal(document, toRange(range), false);
}

/** Where the document is open already, else in the first column: panels stand beside it. */
async function reveal(
  document: vscode.TextDocument,
  selection: vscode.Range,
  preserveFocus: boolean,
): Promise<void> {
  const open = vscode.window.visibleTextEditors.find((editor) => editor.document === document);
  const viewColumn = open?.viewColumn ?? vscode.ViewColumn.One;
  await vscode.window.showTextDocument(document, { selection, viewColumn, preserveFocus });
}
