import * as vscode from 'vscode';
import { editorIds } from '../ids.ts';
import { pageOptions, type PanelParts } from '../panels/panel.ts';
import { ModelEditor } from './modelEditor.ts';

/** The editor of weights files: any number of views of one file, which read it and never change it. */
export class ModelEditors implements vscode.CustomReadonlyEditorProvider, vscode.Disposable {
  readonly #editors = new Set<ModelEditor>();
  readonly #parts: PanelParts;
  readonly #registration: vscode.Disposable;

  constructor(parts: PanelParts) {
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
    const editor = new ModelEditor(webview, uri, this.#parts);
    this.#editors.add(editor);
    webview.onDidDispose(() => this.#editors.delete(editor));
  }

  /** Opens a file as a model, and turns to one of its tensors where that is asked for. */
  async show(path: string, tensor?: string): Promise<void> {
    const uri = vscode.Uri.file(path);
    await vscode.commands.executeCommand('vscode.openWith', uri, editorIds.model);
    if (tensor === undefined) return;
    const all = [...this.#editors].filter((editor) => editor.path === uri.fsPath);
    (all.find(({ isActive }) => isActive) ?? all[0])?.showTensor(tensor);
  }

  dispose(): void {
    this.#registration.dispose();
  }
}
