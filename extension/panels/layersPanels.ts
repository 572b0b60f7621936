import { isSubject, type Subject } from '#protocol/analysis.ts';
import * as vscode from 'vscode';
import { LayersPanel, type LayersParts } from './layersPanel.ts';
import { pageOptions } from './panel.ts';
import { subjectKey } from './subjects.ts';

const viewType = 'weightSteering.layers';

/** All open Layers panels, one a subject; those of the last session come back where they were. */
export class LayersPanels implements vscode.Disposable, vscode.WebviewPanelSerializer {
  readonly #panels = new Map<
    string,
    { readonly webview: vscode.WebviewPanel; readonly panel: LayersPanel }
  >();
  readonly #parts: LayersParts;
  readonly #reviving: vscode.Disposable;

  constructor(parts: LayersParts) {
    this.#parts = parts;
    this.#reviving = vscode.window.registerWebviewPanelSerializer(viewType, this);
  }

  /** Opens beside the active editor, or reveals the panel that is about the same. */
  show(subject: Subject): void {
    const open = this.#panels.get(subjectKey(subject));
    if (open !== undefined) return open.panel.reveal();
    const column = { viewColumn: vscode.ViewColumn.Beside, preserveFocus: false };
    // A hidden panel keeps working, and keeps what it has drawn.
    const options = { ...pageOptions(this.#parts.context), retainContextWhenHidden: true };
    this.#add(vscode.window.createWebviewPanel(viewType, '', column, options), subject);
  }

  /** Called by VS Code with the state that the page has saved. */
  async deserializeWebviewPanel(webview: vscode.WebviewPanel, state: unknown): Promise<void> {
    const subject = typeof state === 'object' && state !== null && 'subject' in state && state.subject;
    if (isSubject(subject) && !this.#panels.has(subjectKey(subject))) this.#add(webview, subject);
    else webview.dispose();
  }

  dispose(): void {
    this.#reviving.dispose();
    for (const { webview } of this.#panels.values()) webview.dispose();
  }

  #add(webview: vscode.WebviewPanel, subject: Subject): void {
    const key = subjectKey(subject);
    this.#panels.set(key, { webview, panel: new LayersPanel(webview, subject, this.#parts) });
    webview.onDidDispose(() => this.#panels.delete(key));
  }
}
