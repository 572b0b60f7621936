import type { FromPanel, PanelAction } from '#protocol/panel.ts';
import type { SpectrumAbout } from '#protocol/spectrum.ts';
import * as vscode from 'vscode';
import { failureOf } from '../failures.ts';
import { commandIds } from '../ids.ts';
import type { ShowFailure } from '../show.ts';
import { Panel, type PanelParts } from './panel.ts';
import { saveFile } from './saveFile.ts';
import { namesBeside, subjectFolder, subjectName } from './subjects.ts';
import { SubjectWatches } from './subjectWatches.ts';

export interface SpectrumParts extends PanelParts {
  /** Lets the user choose what is drawn beside the panel's own direction. */
  readonly chooseDirections: (about: SpectrumAbout) => Promise<SpectrumAbout>;
  readonly showFailure: ShowFailure;
}

/** Singular values of one direction, others beside it, and what it says in tokens. Ends with its webview panel. */
export class SpectrumPanel {
  readonly #page: Panel;
  readonly #parts: SpectrumParts;
  readonly #watches: SubjectWatches;
  #about: SpectrumAbout;
  /** Asked for, and not yet shown. */
  #tensor: string | undefined;
  #isReady = false;

  constructor(panel: vscode.WebviewPanel, about: SpectrumAbout, parts: SpectrumParts) {
    this.#about = about;
    this.#parts = parts;
    panel.title = vscode.l10n.t('Spectrum: {0}', subjectName(about.subjects[0]));
    panel.iconPath = new vscode.ThemeIcon('graph-line');
    this.#watches = new SubjectWatches(() => this.#page.post({ kind: 'stale' }));
    this.#page = new Panel(panel, 'spectrum', { ...parts, call: this.#watches.listenTo(parts.call) });
    const listening = this.#page.listen((message) => this.#receive(message));
    panel.onDidDispose(() => {
      this.#watches.dispose();
      this.#page.dispose();
      listening.dispose();
    });
  }

  /** Turns to a tensor, now or once the page is there. */
  turnTo(tensor: string): void {
    this.#tensor = tensor;
    if (this.#isReady) this.#show();
  }

  async #receive(message: FromPanel): Promise<void> {
    switch (message.kind) {
      case 'ready':
        this.#isReady = true;
        this.#show();
        return;
      case 'copy':
        await vscode.env.clipboard.writeText(message.text);
        return;
      case 'save':
        await saveFile({ ...message, folder: subjectFolder(this.#about.subjects[0]) });
        return;
      case 'action':
        await this.#act(message.action);
        return;
      case 'removeDirection': {
        const [own, ...beside] = this.#about.subjects;
        this.#turn({ subjects: [own, ...beside.filter((_, index) => index + 1 !== message.index)] });
        return;
      }
      case 'openSpectrum':
      case 'openTensor':
      case 'restrict':
      case 'showLayersOf':
      case 'showTensorIn':
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
      case 'chooseDirections':
        await this.#chooseDirections();
        return;
      case 'chooseControls': // What stands beside it is not its measure.
      case 'showSubject': // There may be more than one.
    }
  }

  async #chooseDirections(): Promise<void> {
    try {
      this.#turn(await this.#parts.chooseDirections(this.#about));
    } catch (error) {
      this.#parts.showFailure(failureOf(error));
    }
  }

  #turn(about: SpectrumAbout): void {
    this.#about = about;
    this.#watches.keep(about.subjects);
    this.#show();
  }

  #show(): void {
    const { subjects } = this.#about;
    const shown = { kind: 'showSpectrum', subjects, names: namesBeside(subjects) } as const;
    const tensor = this.#tensor === undefined ? {} : { tensor: this.#tensor };
    this.#page.post({ ...shown, ...tensor, strings: vscode.l10n.bundle ?? {} });
    this.#tensor = undefined;
  }
}
