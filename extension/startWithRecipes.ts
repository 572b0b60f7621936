import * as vscode from 'vscode';
import { languageId } from './ids.ts';
import { describesModel } from './modelDocuments.ts';

/** Starts the server when a recipe, or a text that describes a model, is open, now or later. */
export function startWithRecipes(start: () => void): vscode.Disposable {
  const look = async (document: vscode.TextDocument) => {
    if (document.languageId === languageId || (await describesModel(document))) start();
  };
  for (const document of vscode.workspace.textDocuments) void look(document);
  return vscode.workspace.onDidOpenTextDocument((document) => void look(document));
}
