import { dirname } from 'node:path';
import { RequestFailure } from '#protocol/failure.ts';
import type { FromPanel } from '#protocol/panel.ts';
import * as vscode from 'vscode';
import { commandIds } from '../ids.ts';
import { Panel, type PanelParts } from '../panels/panel.ts';
import { saveFile } from '../panels/saveFile.ts';
import { watchFiles } from '../panels/watchFiles.ts';
import { openedFiles } from './openedFiles.ts';

/** One view of a model. Ends with its webview panel. */
export class ModelEditor {
  readonly path: string;
  readonly #panel: vscode.WebviewPanel;
  readonly #page: Panel;
  #tensor: string | undefined;
  #isReady = false;
  #watching: vscode.Disposable | undefined;

  constructor(panel: vscode.WebviewPanel, { scheme, fsPath }: vscode.Uri, parts: PanelParts) {
    this.path = fsPath;
    this.#panel = panel;
    this.#page = new Panel(panel, 'tensors', {
      ...parts,
      call: scheme === 'file' ? this.#watched(parts.call) : refused,
    });
    const listening = this.#page.listen((message) => this.#receive(message));
    this.#watch([fsPath]);
    panel.onDidDispose(() => {
      this.#watching?.dispose();
      this.#page.dispose();
      listening.dispose();
    });
  }

  get isActive(): boolean {
    return this.#panel.active;
  }

  /** At once, or as soon as the page is there. */
  showTensor(name: string): void {
    if (this.#isReady) this.#page.post({ kind: 'showTensor', name });
    else this.#tensor = name;
  }

  async #receive(message: FromPanel): Promise<void> {
    switch (message.kind) {
      case 'ready':
        this.#show();
        return;
      case 'copy':
        await vscode.env.clipboard.writeText(message.text);
        return;
      case 'save':
        await saveFile({ ...message, folder: dirname(this.path) });
        return;
      case 'action':
        if (message.action === 'openLog') await vscode.commands.executeCommand(commandIds.openLog);
        return;
      case 'openTensor':
      case 'request':
      case 'cancel':
    }
  }

  #show(): void {
    const tensor = this.#tensor;
    this.#tensor = undefined;
    this.#isReady = true;
    const strings = vscode.l10n.bundle ?? {};
    this.#page.post({ kind: 'showModel', path: this.path, strings, ...(tensor !== undefined && { tensor }) });
  }

  /** The same, and once the server has said which files the model has, those are watched. */
  #watched(call: PanelParts['call']): PanelParts['call'] {
    return async (method, params, options) => {
      const result = await call(method, params, options);
      const files = openedFiles(result);
      if (files !== undefined) this.#watch([this.path, ...files]);
      return result;
    };
  }

  #watch(files: readonly string[]): void {
    this.#watching?.dispose();
    this.#watching = watchFiles(files, () => this.#page.post({ kind: 'stale' }));
  }
}

/** What is no file, such as an earlier version in `git`, has a path that leads to another one. */
const refused: PanelParts['call'] = async () => {
  const message = vscode.l10n.t(
    'This is no file on this machine, but another version of one. Only files are shown.',
  );
  throw new RequestFailure({ code: 'unsupported-format', message });
};
