import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { Call } from '../call.ts';
import { watchFiles } from '../panels/watchFiles.ts';
import { comparedAt, headerScheme } from './headerUri.ts';

/** The text of headers, one line a tensor: for Find, and for VS Code's own diff editor. */
export class HeaderDocuments implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly #watching = new Map<string, vscode.Disposable>();
  readonly #call: Call;
  readonly #registration: vscode.Disposable;

  constructor(call: Call) {
    this.#call = call;
    this.#registration = vscode.Disposable.from(
      vscode.workspace.registerTextDocumentContentProvider(headerScheme, this),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => this.#unwatch(uri)),
    );
  }

  readonly onDidChange = this.#changed.event;

  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    const about = comparedAt(uri);
    if (about === undefined) return '';
    await this.#watch(uri, about.path);
    const { text } = await this.#call('models/headerText', { path: about.path });
    return text;
  }

  dispose(): void {
    this.#registration.dispose();
    this.#changed.dispose();
    for (const watching of this.#watching.values()) watching.dispose();
  }

  async #watch(uri: vscode.Uri, path: string): Promise<void> {
    this.#unwatch(uri);
    const files = await filesAt(path);
    this.#watching.set(
      String(uri),
      watchFiles(files, () => this.#changed.fire(uri)),
    );
  }

  #unwatch(uri: vscode.Uri): void {
    this.#watching.get(String(uri))?.dispose();
    this.#watching.delete(String(uri));
  }
}

async function filesAt(path: string): Promise<readonly string[]> {
  if (!(await stat(path)).isDirectory()) return [path];
  return (await readdir(path)).map((name) => join(path, name));
}
