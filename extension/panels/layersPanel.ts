import type { Subject } from '#protocol/analysis.ts';
import type { FromPanel, ToPanel } from '#protocol/panel.ts';
import * as vscode from 'vscode';
import { commandIds } from '../ids.ts';
import { Panel, type PanelParts } from './panel.ts';
import { planFiles } from './planFiles.ts';
import { saveFile } from './saveFile.ts';
import { subjectFolder, subjectName, subjectPath } from './subjects.ts';
import { watchFiles } from './watchFiles.ts';

export interface LayersParts extends PanelParts {
  /** Shows the tensor in the viewer of the model that holds it. */
  readonly openTensor: (subject: Subject, name: string) => Promise<void>;
}

/** Where a direction lies in the layers of its model, for one subject. Ends with its webview panel. */
export class LayersPanel {
  readonly #panel: vscode.WebviewPanel;
  readonly #page: Panel;
  readonly #subject: Subject;
  readonly #openTensor: (name: string) => Promise<void>;
  #watching: vscode.Disposable | undefined;

  constructor(panel: vscode.WebviewPanel, subject: Subject, parts: LayersParts) {
    this.#panel = panel;
    this.#openTensor = (name) => parts.openTensor(subject, name);
    this.#subject = subject;
    panel.title = vscode.l10n.t('Layers: {0}', subjectName(subject));
    panel.iconPath = new vscode.ThemeIcon('layers');
    this.#page = new Panel(panel, 'layers', { ...parts, call: this.#watched(parts.call) });
    const listening = this.#page.listen((message) => this.#receive(message));
    panel.onDidDispose(() => {
      this.#watching?.dispose();
      this.#page.dispose();
      listening.dispose();
    });
  }

  reveal(): void {
    this.#panel.reveal();
  }

  async #receive(message: FromPanel): Promise<void> {
    switch (message.kind) {
      case 'ready':
        this.#page.post(this.#show());
        return;
      case 'copy':
        await vscode.env.clipboard.writeText(message.text);
        return;
      case 'save':
        await saveFile({ ...message, folder: subjectFolder(this.#subject) });
        return;
      case 'action':
        await (message.action === 'openLog' ? openLog() : showSubject(this.#subject));
        return;
      case 'openTensor':
        await this.#openTensor(message.name);
        return;
      case 'request':
      case 'cancel':
    }
  }

  #show(): ToPanel {
    const strings = vscode.l10n.bundle ?? {};
    return { kind: 'show', subject: this.#subject, title: subjectName(this.#subject), strings };
  }

  /** The same, and once the server has said which files it reads, those are watched. */
  #watched(call: PanelParts['call']): PanelParts['call'] {
    return (method, params, options) =>
      call(method, params, {
        ...options,
        onProgress: (progress) => {
          if (options?.signal?.aborted === true) return; // The panel may have gone, and nobody would end the watch.
          const files = planFiles(progress);
          if (files !== undefined) this.#watch(files);
          options?.onProgress?.(progress);
        },
      });
  }

  #watch(files: readonly string[]): void {
    this.#watching?.dispose();
    const recipe = this.#subject.kind === 'recipe' ? [this.#subject.path] : [];
    this.#watching = watchFiles([...recipe, ...files], () => this.#page.post({ kind: 'stale' }));
  }
}

async function openLog(): Promise<void> {
  await vscode.commands.executeCommand(commandIds.openLog);
}

/** A recipe in its editor, a model where it lies. */
async function showSubject(subject: Subject): Promise<void> {
  const uri = vscode.Uri.file(subjectPath(subject));
  if (subject.kind === 'recipe')
    await vscode.window.showTextDocument(uri, { viewColumn: vscode.ViewColumn.One });
  else await vscode.commands.executeCommand('revealInExplorer', uri);
}
