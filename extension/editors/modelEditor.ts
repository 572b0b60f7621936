import { dirname } from 'node:path';
import { type Failure, RequestFailure } from '#protocol/failure.ts';
import type { FromPanel } from '#protocol/panel.ts';
import * as vscode from 'vscode';
import { failureOf } from '../failures.ts';
import { commandIds } from '../ids.ts';
import { Panel, type PanelParts } from '../panels/panel.ts';
import { saveFile } from '../panels/saveFile.ts';
import { watchFiles } from '../panels/watchFiles.ts';
import { openedFiles } from './openedFiles.ts';

/** Which file a view is about. */
export interface ViewedFile {
  /** As VS Code has it. */
  readonly uri: vscode.Uri;
  /** Where it can be read; rejects where it cannot. */
  readonly locate: (signal: AbortSignal) => Promise<string>;
}

/** One view of a model. Ends with its webview panel. */
export class ModelEditor {
  readonly uri: vscode.Uri;
  readonly #located: Promise<string>;
  readonly #closing = new AbortController();
  #refusal: Failure | undefined;
  readonly #panel: vscode.WebviewPanel;
  readonly #page: Panel;
  #tensor: string | undefined;
  #isReady = false;
  #watching: vscode.Disposable | undefined;

  constructor(panel: vscode.WebviewPanel, { uri, locate }: ViewedFile, parts: PanelParts) {
    this.uri = uri;
    this.#panel = panel;
    this.#located = this.#find(locate);
    this.#page = new Panel(panel, 'tensors', { ...parts, call: this.#watched(parts.call) });
    const listening = this.#page.listen((message) => this.#receive(message));
    this.#watch([]);
    panel.onDidDispose(() => {
      this.#closing.abort();
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
        await this.#show();
        return;
      case 'copy':
        await vscode.env.clipboard.writeText(message.text);
        return;
      case 'save':
        await saveFile({ ...message, folder: dirname(this.uri.fsPath) });
        return;
      case 'action':
        if (message.action === 'openLog') await vscode.commands.executeCommand(commandIds.openLog);
        return;
      case 'showTensorIn':
        await vscode.commands.executeCommand(commandIds.showInLayers, this.uri.fsPath, message.name);
        return;
      case 'restrict':
      case 'showLayersOf':
      case 'openSpectrum':
      case 'openTensor':
      case 'removeDirection':
      case 'writeStrengths':
      case 'request':
      case 'cancel':
    }
  }

  /** Where nothing can be read, the page asks all the same, and is told why. */
  async #find(locate: ViewedFile['locate']): Promise<string> {
    try {
      return await locate(this.#closing.signal);
    } catch (error) {
      this.#refusal = failureOf(error);
      return this.uri.fsPath;
    }
  }

  async #show(): Promise<void> {
    const path = await this.#located;
    const tensor = this.#tensor;
    this.#tensor = undefined;
    this.#isReady = true;
    const strings = vscode.l10n.bundle ?? {};
    this.#page.post({ kind: 'showModel', path, strings, ...(tensor !== undefined && { tensor }) });
  }

  /** The same, and once the server has said which files the model has, those are watched. */
  #watched(call: PanelParts['call']): PanelParts['call'] {
    return async (method, params, options) => {
      if (this.#refusal !== undefined) throw new RequestFailure(this.#refusal);
      const result = await call(method, params, options);
      const files = openedFiles(result);
      if (files !== undefined) this.#watch(files);
      return result;
    };
  }

  /** And the file itself, unless it is a version that does not change. */
  #watch(files: readonly string[]): void {
    this.#watching?.dispose();
    const { scheme, fsPath } = this.uri;
    const all = scheme === 'file' ? [fsPath, ...files] : files;
    this.#watching = watchFiles(all, () => this.#page.post({ kind: 'stale' }));
  }
}
