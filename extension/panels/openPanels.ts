import * as vscode from 'vscode';
import { pageOptions } from './panel.ts';

/** What tells the panels of one kind from those of another. */
export interface PanelKind<About> {
  readonly viewType: string;
  /** What a page's saved state says that it was about; undefined where it says nothing of the kind. */
  readonly aboutOf: (state: object) => About | undefined;
  /** Equal for what has one panel. */
  readonly keyOf: (about: About) => string;
  /** Puts the page into a panel, which is all its own from then on. */
  readonly fill: (panel: vscode.WebviewPanel, about: About) => void;
}

/** All open panels of one kind, one for each thing that they are about; those of the last session come back where they were. */
export class OpenPanels<About> implements vscode.Disposable, vscode.WebviewPanelSerializer {
  readonly #panels = new Map<string, vscode.WebviewPanel>();
  readonly #kind: PanelKind<About>;
  readonly #context: vscode.ExtensionContext;
  readonly #reviving: vscode.Disposable;

  constructor(kind: PanelKind<About>, context: vscode.ExtensionContext) {
    this.#kind = kind;
    this.#context = context;
    this.#reviving = vscode.window.registerWebviewPanelSerializer(kind.viewType, this);
  }

  /** Opens beside the active editor, or reveals the panel that is about the same. */
  show(about: About): void {
    const open = this.#panels.get(this.#kind.keyOf(about));
    if (open !== undefined) return open.reveal();
    const column = { viewColumn: vscode.ViewColumn.Beside, preserveFocus: false };
    // A hidden panel keeps working, and keeps what it has drawn.
    const options = { ...pageOptions(this.#context), retainContextWhenHidden: true };
    this.#add(vscode.window.createWebviewPanel(this.#kind.viewType, '', column, options), about);
  }

  /** Called by VS Code with the state that the page has saved. */
  async deserializeWebviewPanel(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    const about = typeof state === 'object' && state !== null ? this.#kind.aboutOf(state) : undefined;
    if (about !== undefined && !this.#panels.has(this.#kind.keyOf(about))) this.#add(panel, about);
    else panel.dispose();
  }

  dispose(): void {
    this.#reviving.dispose();
    for (const panel of this.#panels.values()) panel.dispose();
  }

  #add(panel: vscode.WebviewPanel, about: About): void {
    const key = this.#kind.keyOf(about);
    this.#panels.set(key, panel);
    this.#kind.fill(panel, about);
    panel.onDidDispose(() => this.#panels.delete(key));
  }
}
