import { basename } from 'node:path';
import type { DryRunResult } from '#protocol/results.ts';
import * as vscode from 'vscode';
import { dryRunLanguageId } from '../ids.ts';
import { dryRunText } from './dryRunText.ts';

const scheme = 'weight-steering-dry-run';

/** Shows dry runs as read-only pages beside the recipe, one a recipe, each time anew. */
export class DryRunPages implements vscode.TextDocumentContentProvider {
  readonly #texts = new Map<string, string>();
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly #registered: vscode.Disposable;
  readonly onDidChange = this.#changed.event;

  constructor() {
    this.#registered = vscode.workspace.registerTextDocumentContentProvider(scheme, this);
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.#texts.get(uri.toString()) ?? '';
  }

  async show(recipe: string, result: DryRunResult): Promise<void> {
    const name = vscode.l10n.t('{0} (Dry Run)', basename(recipe));
    const uri = vscode.Uri.from({ scheme, path: `/${name}`, query: recipe });
    this.#texts.set(uri.toString(), dryRunText(recipe, result));
    this.#changed.fire(uri);
    const opened = await vscode.workspace.openTextDocument(uri);
    const document = await vscode.languages.setTextDocumentLanguage(opened, dryRunLanguageId);
    const viewColumn = vscode.ViewColumn.Beside;
    await vscode.window.showTextDocument(document, { viewColumn, preview: true, preserveFocus: true });
  }

  dispose(): void {
    this.#registered.dispose();
    this.#changed.dispose();
  }
}
