import { basename } from 'node:path';
import * as vscode from 'vscode';
import type { Call } from '../call.ts';
import { failureOf } from '../failures.ts';
import type { WithProgress } from '../progress.ts';
import type { ShowFailure } from '../show.ts';
import { ComparedValues } from './comparedValues.ts';
import { HeaderDocuments } from './headerDocuments.ts';
import { type Moves, registerHeaderLanguage } from './headerLanguage.ts';
import { comparedAt, headerAddress } from './headerUri.ts';
import { tensorOf } from './tensorLines.ts';

export interface ComparisonsParts {
  readonly call: Call;
  readonly withProgress: WithProgress;
  readonly showFailure: ShowFailure;
  /** Whether an open Layers panel is about what moves a tensor of a model. */
  readonly moves: Moves;
}

/**
 * Two models in VS Code's diff editor: their headers at once, what became of the values as it is found out. Values are
 * read while the right side is open, whoever opened it: comparisons come back with the window.
 */
export class Comparisons implements vscode.Disposable {
  readonly #documents: HeaderDocuments;
  readonly #values = new ComparedValues();
  readonly #parts: ComparisonsParts;
  /** By the address of the right side. */
  readonly #reading = new Map<string, AbortController>();
  readonly #listening: vscode.Disposable;

  constructor(parts: ComparisonsParts) {
    this.#parts = parts;
    this.#documents = new HeaderDocuments(parts.call);
    this.#listening = vscode.Disposable.from(
      registerHeaderLanguage(parts.moves),
      vscode.workspace.onDidOpenTextDocument(({ uri }) => this.#read(uri)),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => this.#stop(uri)),
      this.#documents.onDidChangeFile((changes) => changes.forEach(({ uri }) => this.#readAgain(uri))),
    );
    for (const { uri } of vscode.workspace.textDocuments) this.#read(uri);
  }

  /** Rejects where one of them cannot be read, before anything is shown; closing the editor ends the reading. */
  async show(before: string, after: string, title = titleOf(before, after)): Promise<void> {
    const left = vscode.Uri.from(headerAddress(before));
    const right = vscode.Uri.from(headerAddress(after, before));
    const texts = [before, after].map((path) => this.#parts.call('models/headerText', { path }));
    await Promise.all(texts);
    await vscode.commands.executeCommand('vscode.diff', left, right, title);
    this.#read(right); // It may have been open, and its reading have failed.
  }

  /** The headers of one model by themselves, at the line of a tensor. Rejects where they cannot be read. */
  async showOne(path: string, tensor?: string): Promise<void> {
    await this.#parts.call('models/headerText', { path });
    const document = await vscode.workspace.openTextDocument(vscode.Uri.from(headerAddress(path)));
    const line =
      tensor === undefined
        ? -1
        : document
            .getText()
            .split('\n')
            .findIndex((text) => tensorOf(text) === tensor);
    const selection = line < 0 ? undefined : document.lineAt(line).range;
    await vscode.window.showTextDocument(document, { ...(selection && { selection }) });
  }

  dispose(): void {
    for (const controller of this.#reading.values()) controller.abort();
    this.#listening.dispose();
    this.#documents.dispose();
    this.#values.dispose();
  }

  #read(uri: vscode.Uri): void {
    const { path, before } = comparedAt(uri) ?? {};
    if (path === undefined || before === undefined || this.#reading.has(String(uri))) return;
    const controller = new AbortController();
    this.#reading.set(String(uri), controller);
    const onProgress = this.#values.begin(uri);
    const compare = async (cancelled: AbortSignal) => {
      const signal = AbortSignal.any([cancelled, controller.signal]);
      await this.#parts.call('models/compare', { a: before, b: path, values: true }, { signal, onProgress });
    };
    const title = vscode.l10n.t('Comparing the values of {0}', titleOf(before, path));
    this.#parts.withProgress(title, compare).catch((error: unknown) => {
      if (this.#reading.get(String(uri)) === controller) this.#reading.delete(String(uri));
      this.#parts.showFailure(failureOf(error, controller.signal));
    });
  }

  #stop(uri: vscode.Uri): void {
    this.#reading.get(String(uri))?.abort();
    this.#reading.delete(String(uri));
  }

  /** One of the two files has changed: what was said of its values holds no longer. */
  #readAgain(changed: vscode.Uri): void {
    const file = comparedAt(changed)?.path;
    for (const { uri } of vscode.workspace.textDocuments) {
      const { path, before } = comparedAt(uri) ?? {};
      if (before === undefined || (path !== file && before !== file)) continue;
      this.#stop(uri);
      this.#read(uri);
    }
  }
}

function titleOf(before: string, after: string): string {
  return `${basename(before)} ↔ ${basename(after)}`;
}
