import { basename, dirname } from 'node:path';
import type { FromPanel, LayerSelection, PanelAction, ToPanel } from '#protocol/panel.ts';
import type { SimilarityParams } from '#protocol/similarity.ts';
import * as vscode from 'vscode';
import { isRecipe } from '../discovery/models.ts';
import { failureOf } from '../failures.ts';
import { commandIds } from '../ids.ts';
import type { ShowFailure } from '../show.ts';
import { Panel, type PanelParts } from './panel.ts';
import { PlanWatch } from './planWatch.ts';
import { saveFile } from './saveFile.ts';

export interface SimilarityParts extends PanelParts {
  /** Lets the user choose what the subjects are held against. */
  readonly chooseControls: (params: SimilarityParams) => Promise<SimilarityParams>;
  readonly showFailure: ShowFailure;
}

/** How alike some subjects are. Ends with its webview panel. */
export class SimilarityPanel {
  readonly #page: Panel;
  readonly #parts: SimilarityParts;
  #params: SimilarityParams;

  constructor(panel: vscode.WebviewPanel, params: SimilarityParams, parts: SimilarityParts) {
    this.#params = params;
    this.#parts = parts;
    panel.title = vscode.l10n.t('Similarity: {0}', titleOf(params));
    panel.iconPath = new vscode.ThemeIcon('table');
    const watch = new PlanWatch(params.subjects.filter(isRecipe), () => this.#page.post({ kind: 'stale' }));
    this.#page = new Panel(panel, 'similarity', { ...parts, call: watch.listenTo(parts.call) });
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
        await saveFile({ ...message, folder: dirname(this.#params.subjects[0] ?? '') });
        return;
      case 'action':
        await this.#act(message.action);
        return;
      case 'showLayersOf':
        await this.#showLayersOf(message.subject, message.selection);
        return;
      case 'showTensorIn':
      case 'restrict':
      case 'openSpectrum':
      case 'openTensor':
      case 'removeDirection':
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
      case 'chooseControls':
        await this.#chooseControls();
        return;
      case 'chooseDirections': // They are chosen before.
      case 'showSubject': // There is more than one.
    }
  }

  async #showLayersOf(subject: number, selection: LayerSelection): Promise<void> {
    const path = this.#params.subjects[subject];
    if (path !== undefined) await vscode.commands.executeCommand(commandIds.showInLayers, path, selection);
  }

  async #chooseControls(): Promise<void> {
    try {
      this.#params = await this.#parts.chooseControls(this.#params);
      this.#page.post(this.#show());
    } catch (error) {
      this.#parts.showFailure(failureOf(error));
    }
  }

  #show(): ToPanel {
    const strings = vscode.l10n.bundle ?? {};
    const names = this.#params.subjects.map(nameOf);
    return { kind: 'showSimilarity', params: this.#params, names, title: titleOf(this.#params), strings };
  }
}

function titleOf({ subjects }: SimilarityParams): string {
  const [one, other] = subjects.map(nameOf);
  if (one === undefined) return '';
  if (other === undefined) return one;
  return subjects.length === 2
    ? `${one}, ${other}`
    : vscode.l10n.t('{0}, {1} and {2} more', one, other, subjects.length - 2);
}

function nameOf(path: string): string {
  return basename(path).replace(/\.steer\.ya?ml$/, '');
}
