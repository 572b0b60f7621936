import { basename } from 'node:path';
import * as vscode from 'vscode';
import type { Call } from '../call.ts';
import type { WithProgress } from '../progress.ts';
import { ComparedValues } from './comparedValues.ts';
import { HeaderDocuments } from './headerDocuments.ts';
import { headerAddress } from './headerUri.ts';

/** Two models in VS Code's diff editor: their headers at once, what became of the values as it is found out. */
export class Comparisons implements vscode.Disposable {
  readonly #documents: HeaderDocuments;
  readonly #values = new ComparedValues();
  readonly #call: Call;
  readonly #withProgress: WithProgress;

  constructor(call: Call, withProgress: WithProgress) {
    this.#call = call;
    this.#withProgress = withProgress;
    this.#documents = new HeaderDocuments(call);
  }

  /** Rejects where one of them cannot be read, before anything is shown; closing the editor ends the reading. */
  async show(
    before: string,
    after: string,
    title = `${basename(before)} ↔ ${basename(after)}`,
  ): Promise<void> {
    const [left, right] = [headerAddress(before), headerAddress(after, before)].map((address) =>
      vscode.Uri.from(address),
    );
    if (left === undefined || right === undefined) return;
    await Promise.all([before, after].map((path) => this.#call('models/headerText', { path })));
    await vscode.commands.executeCommand('vscode.diff', left, right, title);
    const onProgress = this.#values.begin(right);
    const controller = new AbortController();
    const closing = whenClosed(right, () => controller.abort());
    const compare = async (cancelled: AbortSignal) => {
      const signal = AbortSignal.any([cancelled, controller.signal]);
      await this.#call('models/compare', { a: before, b: after, values: true }, { signal, onProgress });
    };
    try {
      await this.#withProgress(vscode.l10n.t('Comparing the values of {0}', title), compare);
    } finally {
      closing.dispose();
    }
  }

  dispose(): void {
    this.#documents.dispose();
    this.#values.dispose();
  }
}

function whenClosed(uri: vscode.Uri, closed: () => void): vscode.Disposable {
  return vscode.workspace.onDidCloseTextDocument((document) => {
    if (String(document.uri) === String(uri)) closed();
  });
}
