import { isSimilarityParams, type SimilarityParams } from '#protocol/similarity.ts';
import * as vscode from 'vscode';
import { pageOptions } from './panel.ts';
import { SimilarityPanel, type SimilarityParts } from './similarityPanel.ts';

const viewType = 'weightSteering.similarity';

/** All open Similarity panels, one for the same subjects; those of the last session come back where they were. */
export class SimilarityPanels implements vscode.Disposable, vscode.WebviewPanelSerializer {
  readonly #panels = new Map<
    string,
    { readonly webview: vscode.WebviewPanel; readonly panel: SimilarityPanel }
  >();
  readonly #parts: SimilarityParts;
  readonly #reviving: vscode.Disposable;

  constructor(parts: SimilarityParts) {
    this.#parts = parts;
    this.#reviving = vscode.window.registerWebviewPanelSerializer(viewType, this);
  }

  /** Opens beside the active editor, or reveals the panel that is about the same. */
  show(params: SimilarityParams): void {
    const open = this.#panels.get(keyOf(params));
    if (open !== undefined) return open.panel.reveal();
    const column = { viewColumn: vscode.ViewColumn.Beside, preserveFocus: false };
    // A hidden panel keeps working, and keeps what it has drawn.
    const options = { ...pageOptions(this.#parts.context), retainContextWhenHidden: true };
    this.#add(vscode.window.createWebviewPanel(viewType, '', column, options), params);
  }

  /** Called by VS Code with the state that the page has saved. */
  async deserializeWebviewPanel(webview: vscode.WebviewPanel, state: unknown): Promise<void> {
    const params = typeof state === 'object' && state !== null && 'params' in state && state.params;
    if (isSimilarityParams(params) && !this.#panels.has(keyOf(params))) this.#add(webview, params);
    else webview.dispose();
  }

  dispose(): void {
    this.#reviving.dispose();
    for (const { webview } of this.#panels.values()) webview.dispose();
  }

  #add(webview: vscode.WebviewPanel, params: SimilarityParams): void {
    const key = keyOf(params);
    this.#panels.set(key, { webview, panel: new SimilarityPanel(webview, params, this.#parts) });
    webview.onDidDispose(() => this.#panels.delete(key));
  }
}

/** Equal for the same subjects, whatever they are held against. */
function keyOf({ subjects, base }: SimilarityParams): string {
  return JSON.stringify([base ?? null, ...subjects.toSorted()]);
}
