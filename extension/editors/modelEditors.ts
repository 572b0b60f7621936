import * as vscode from 'vscode';
import { editorIds } from '../ids.ts';
import { pageOptions, type PanelParts } from '../panels/panel.ts';
import type { VersionFiles } from '../git/versionFiles.ts';
import { locate } from './locate.ts';
import { ModelEditor } from './modelEditor.ts';

export interface ModelEditorsParts extends PanelParts {
  readonly versions: VersionFiles;
  /** Hears of every document before it is shown. */
  readonly onOpen: (uri: vscode.Uri) => void;
}

/** The editor of weights files: any number of views of one file, which read it and never change it. */
export class ModelEditors implements vscode.CustomReadonlyEditorProvider, vscode.Disposable {
  readonly #editors = new Set<ModelEditor>();
  readonly #parts: ModelEditorsParts;
  readonly #registration: vscode.Disposable;

  constructor(parts: ModelEditorsParts) {
    this.#parts = parts;
    // A hidden editor keeps working, and keeps what it has drawn.
    const webviewOptions = { retainContextWhenHidden: true };
    const options = { webviewOptions, supportsMultipleEditorsPerDocument: true };
    const register = (id: string) => vscode.window.registerCustomEditorProvider(id, this, options);
    this.#registration = vscode.Disposable.from(...Object.values(editorIds).map(register));
  }

  /** A document is its path: whatever it holds is read when somebody looks at it. */
  openCustomDocument(uri: vscode.Uri): vscode.CustomDocument {
    return { uri, dispose: () => {} };
  }

  resolveCustomEditor({ uri }: vscode.CustomDocument, webview: vscode.WebviewPanel): void {
    webview.webview.options = pageOptions(this.#parts.context);
    const find = (signal: AbortSignal) => locate(uri, this.#parts.versions, signal);
    const editor = new ModelEditor(webview, { uri, locate: find }, this.#parts);
    this.#editors.add(editor);
    webview.onDidDispose(() => this.#editors.delete(editor));
    this.#parts.onOpen(uri);
  }

  /** Opens a file as a model, and turns to one of its tensors where that is asked for. */
  async show(path: string, tensor?: string): Promise<void> {
    const uri = vscode.Uri.file(path);
    await vscode.commands.executeCommand('vscode.openWith', uri, editorIds.model);
    if (tensor === undefined) return;
    const all = [...this.#editors].filter((editor) => String(editor.uri) === String(uri));
    (all.find(({ isActive }) => isActive) ?? all[0])?.showTensor(tensor);
  }

  dispose(): void {
    this.#registration.dispose();
  }
}
