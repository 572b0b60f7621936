import type { Subject } from '#protocol/analysis.ts';
import type { FromPanel, ToPanel } from '#protocol/panel.ts';
import * as vscode from 'vscode';
import { failureOf } from '../failures.ts';
import { commandIds } from '../ids.ts';
import type { ShowFailure } from '../show.ts';
import { Panel, type PanelParts } from './panel.ts';
import { PlanWatch } from './planWatch.ts';
import { subjectName } from './subjects.ts';
import { writeStrengths } from './writeStrengths.ts';

export interface GenerateParts extends PanelParts {
  readonly showFailure: ShowFailure;
}

/** What one subject says at any strength. Ends with its webview panel. */
export class GeneratePanel {
  readonly #page: Panel;
  readonly #subject: Subject;
  readonly #parts: GenerateParts;

  constructor(panel: vscode.WebviewPanel, subject: Subject, parts: GenerateParts) {
    this.#subject = subject;
    this.#parts = parts;
    panel.title = vscode.l10n.t('Generate: {0}', subjectName(subject));
    panel.iconPath = new vscode.ThemeIcon('comment-discussion');
    const own = subject.kind === 'recipe' ? [subject.path] : [];
    const watch = new PlanWatch(own, () => this.#page.post({ kind: 'stale' }));
    this.#page = new Panel(panel, 'generate', { ...parts, call: watch.listenTo(parts.call) });
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
      case 'writeStrengths':
        await this.#writeStrengths(message.strengths);
        return;
      case 'action':
        if (message.action === 'openLog') await vscode.commands.executeCommand(commandIds.openLog);
        return;
      case 'save':
      case 'openTensor':
      case 'openSpectrum':
      case 'removeDirection':
      case 'restrict':
      case 'showLayersOf':
      case 'showTensorIn':
      case 'request':
      case 'cancel':
    }
  }

  async #writeStrengths(strengths: readonly number[]): Promise<void> {
    if (this.#subject.kind !== 'recipe') return;
    try {
      await writeStrengths(this.#subject.path, strengths, this.#parts.call);
    } catch (error) {
      this.#parts.showFailure(failureOf(error));
    }
  }

  #show(): ToPanel {
    const strings = vscode.l10n.bundle ?? {};
    return { kind: 'show', subject: this.#subject, title: subjectName(this.#subject), strings };
  }
}
