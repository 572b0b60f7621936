import type { Subject } from '#protocol/analysis.ts';
import type { FromPanel, PanelAction, ToPanel } from '#protocol/panel.ts';
import * as vscode from 'vscode';
import { commandIds } from '../ids.ts';
import { Panel, type PanelParts } from './panel.ts';
import { PlanWatch } from './planWatch.ts';
import { saveFile } from './saveFile.ts';
import { subjectFolder, subjectName, subjectPath } from './subjects.ts';

export interface LayersParts extends PanelParts {
  /** Shows the tensor in the viewer of the model that holds it. */
  readonly openTensor: (subject: Subject, name: string) => Promise<void>;
}

/** Where a direction lies in the layers of its model, for one subject. Ends with its webview panel. */
export class LayersPanel {
  readonly #page: Panel;
  readonly #subject: Subject;
  readonly #openTensor: (name: string) => Promise<void>;

  constructor(panel: vscode.WebviewPanel, subject: Subject, parts: LayersParts) {
    this.#openTensor = (name) => parts.openTensor(subject, name);
    this.#subject = subject;
    panel.title = vscode.l10n.t('Layers: {0}', subjectName(subject));
    panel.iconPath = new vscode.ThemeIcon('layers');
    const own = subject.kind === 'recipe' ? [subject.path] : [];
    const watch = new PlanWatch(own, () => this.#page.post({ kind: 'stale' }));
    this.#page = new Panel(panel, 'layers', { ...parts, call: watch.listenTo(parts.call) });
    const listening = this.#page.listen((message) => this.#receive(message));
    panel.onDidDispose(() => {
      watch.dispose();
      this.#page.dispose();
      listening.dispose();
    });
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
        await this.#act(message.action);
        return;
      case 'openTensor':
        await this.#openTensor(message.name);
        return;
      case 'writeStrengths':
      case 'request':
      case 'cancel':
    }
  }

  async #act(action: PanelAction): Promise<void> {
    switch (action) {
      case 'openLog':
        await vscode.commands.executeCommand(commandIds.openLog);
        return;
      case 'showSubject':
        await showSubject(this.#subject);
        return;
      case 'chooseControls': // Layers has none.
    }
  }

  #show(): ToPanel {
    const strings = vscode.l10n.bundle ?? {};
    return { kind: 'show', subject: this.#subject, title: subjectName(this.#subject), strings };
  }
}

/** A recipe in its editor, a model where it lies. */
async function showSubject(subject: Subject): Promise<void> {
  const uri = vscode.Uri.file(subjectPath(subject));
  if (subject.kind === 'recipe')
    await vscode.window.showTextDocument(uri, { viewColumn: vscode.ViewColumn.One });
  else await vscode.commands.executeCommand('revealInExplorer', uri);
}
