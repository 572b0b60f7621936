import type { CompareProgress } from '#protocol/comparison.ts';
import type { TensorDifference } from '#protocol/results.ts';
import * as vscode from 'vscode';
import { comparedAt } from './headerUri.ts';
import { differenceHover, differenceText, nameLength, tensorOf } from './tensorLines.ts';

/** How often new numbers are drawn while they come. */
const drawMilliseconds = 200;

/** What has become of each tensor's values, behind the names on the right side of a comparison. */
export class ComparedValues implements vscode.Disposable {
  readonly #differences = new Map<string, Map<string, TensorDifference>>();
  readonly #decoration = vscode.window.createTextEditorDecorationType({
    after: { color: new vscode.ThemeColor('editorCodeLens.foreground'), margin: '0 2ch' },
  });
  readonly #listening: vscode.Disposable;
  #timer: NodeJS.Timeout | undefined;

  constructor() {
    this.#listening = vscode.Disposable.from(
      vscode.window.onDidChangeVisibleTextEditors(() => this.#draw()),
      vscode.workspace.onDidChangeTextDocument(({ document }) => void (isRight(document) && this.#draw())),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => void this.#differences.delete(String(uri))),
    );
  }

  /** Forgets what was said of the document, and hears what there is to say from now on. */
  begin(uri: vscode.Uri): (progress: CompareProgress) => void {
    const rows = new Map<string, TensorDifference>();
    this.#differences.set(String(uri), rows);
    this.#timer ??= setTimeout(() => this.#draw(), drawMilliseconds);
    return (progress) => {
      if (progress.kind !== 'rows') return;
      for (const tensor of progress.tensors) rows.set(tensor.name, tensor);
      this.#timer ??= setTimeout(() => this.#draw(), drawMilliseconds);
    };
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#listening.dispose();
    this.#decoration.dispose();
  }

  #draw(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const editor of vscode.window.visibleTextEditors) {
      const rows = this.#differences.get(String(editor.document.uri));
      if (rows !== undefined) editor.setDecorations(this.#decoration, decorations(editor.document, rows));
    }
  }
}

function isRight({ uri }: vscode.TextDocument): boolean {
  return comparedAt(uri)?.before !== undefined;
}

function decorations(
  document: vscode.TextDocument,
  rows: ReadonlyMap<string, TensorDifference>,
): vscode.DecorationOptions[] {
  return Array.from({ length: document.lineCount }, (_, line) => line).flatMap((line) => {
    const { text } = document.lineAt(line);
    const difference = rows.get(tensorOf(text) ?? '');
    if (difference === undefined) return [];
    const renderOptions = { after: { contentText: differenceText(difference) } };
    // Behind the name: the end of the line is out of sight where two stand side by side.
    const range = new vscode.Range(line, 0, line, nameLength(text));
    return [{ range, renderOptions, hoverMessage: differenceHover(difference) }];
  });
}
