import * as vscode from 'vscode';
import { languageId } from './ids.ts';

/** Starts the server when a recipe is open, now or later. */
export function startWithRecipes(start: () => void): vscode.Disposable {
  if (vscode.workspace.textDocuments.some(isRecipe)) start();
  return vscode.workspace.onDidOpenTextDocument((document) => {
    if (isRecipe(document)) start();
  });
}

function isRecipe(document: vscode.TextDocument): boolean {
  return document.languageId === languageId;
}
