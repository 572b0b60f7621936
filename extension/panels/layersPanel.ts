import type { Subject } from '#protocol/analysis.ts';
import type { FromPanel, LayerSelection, PanelAction, TensorPlaceShown, ToPanel } from '#protocol/panel.ts';
import type { Restriction } from '#protocol/recipes.ts';
import * as vscode from 'vscode';
import { failureOf } from '../failures.ts';
import { commandIds } from '../ids.ts';
import { Panel, type PanelParts } from './panel.ts';
import { PlanWatch } from './planWatch.ts';
import { restrictRecipe } from '../recipes.ts';
import { saveFile } from './saveFile.ts';
import { subjectFolder, subjectName, subjectPath } from './subjects.ts';

export interface LayersParts extends PanelParts {
  /** Shows the tensor in the viewer of the model that holds it. */
  readonly openTensor: (subject: Subject, name: string) => Promise<void>;
  readonly showTensorIn: (place: TensorPlaceShown, subject: Subject, name: string) => Promise<void>;
  /** Shows the singular values of the tensor. */
  readonly showSpectrum: (subject: Subject, tensor: string) => void;
}

/** Where a direction lies in the layers of its model, for one subject. Ends with its webview panel. */
export class LayersPanel {
  readonly #page: Panel;
  readonly #subject: Subject;
  readonly #parts: LayersParts;
  readonly #watch: PlanWatch;
  #isReady = false;
  #selection: LayerSelection | undefined;

  constructor(panel: vscode.WebviewPanel, subject: Subject, parts: LayersParts) {
    this.#parts = parts;
    this.#subject = subject;
    panel.title = vscode.l10n.t('Layers: {0}', subjectName(subject));
    panel.iconPath = new vscode.ThemeIcon('layers');
    const own = subject.kind === 'recipe' ? [subject.path] : [];
    this.#watch = new PlanWatch(own, () => this.#page.post({ kind: 'stale' }));
    this.#page = new Panel(panel, 'layers', { ...parts, call: this.#watch.listenTo(parts.call) });
    const listening = this.#page.listen((message) => this.#receive(message));
    panel.onDidDispose(() => {
      this.#watch.dispose();
      this.#page.dispose();
      listening.dispose();
    });
  }

  /** At once, or as soon as the page is there. */
  select(selection: LayerSelection): void {
    if (this.#isReady) this.#page.post({ kind: 'select', selection });
    else this.#selection = selection;
  }

  /** Whether what is shown moves a tensor that is in a file, or in a folder. */
  moves(path: string, name: string): boolean {
    return this.#watch.hasTensor(path, name);
  }

  async #receive(message: FromPanel): Promise<void> {
    switch (message.kind) {
      case 'ready':
        this.#begin();
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
        await this.#parts.openTensor(this.#subject, message.name);
        return;
      case 'showTensorIn':
        await this.#parts.showTensorIn(message.place, this.#subject, message.name);
        return;
      case 'restrict':
        await this.#restrict(message.restriction);
        return;
      case 'openSpectrum':
        this.#parts.showSpectrum(this.#subject, message.tensor);
        return;
      case 'showLayersOf':
      case 'removeDirection':
      case 'writeStrengths':
      case 'request':
      case 'cancel':
    }
  }

  #begin(): void {
    this.#page.post(this.#show());
    this.#isReady = true;
    const selection = this.#selection;
    this.#selection = undefined;
    if (selection !== undefined) this.select(selection);
  }

  /** The page says what came of it, good or bad: it is where somebody looks. */
  async #restrict(restriction: Restriction): Promise<void> {
    try {
      const message = await restrictRecipe(subjectPath(this.#subject), restriction, this.#parts.call);
      this.#page.post({ kind: 'restricted', isDone: true, message });
    } catch (error) {
      this.#page.post({ kind: 'restricted', isDone: false, message: failureOf(error).message });
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
      case 'chooseDirections': // And one direction.
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
