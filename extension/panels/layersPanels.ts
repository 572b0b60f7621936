import { isSubject, type Subject } from '#protocol/analysis.ts';
import type { LayerSelection } from '#protocol/panel.ts';
import type * as vscode from 'vscode';
import { LayersPanel, type LayersParts } from './layersPanel.ts';
import { OpenPanels } from './openPanels.ts';
import { subjectKey } from './subjects.ts';

/** All open Layers panels, one a subject. */
export class LayersPanels implements vscode.Disposable {
  readonly #open = new Map<string, LayersPanel>();
  readonly #subjects = new Map<string, Subject>();
  readonly #panels: OpenPanels<Subject>;

  constructor(parts: LayersParts) {
    this.#panels = new OpenPanels<Subject>(
      {
        viewType: 'weightSteering.layers',
        aboutOf: (state) => ('subject' in state && isSubject(state.subject) ? state.subject : undefined),
        keyOf: subjectKey,
        fill: (panel, subject) => this.#fill(panel, subject, parts),
      },
      parts.context,
    );
  }

  /** Opens or reveals the panel, with this selected in it. */
  show(subject: Subject, selection?: LayerSelection): void {
    this.#panels.show(subject);
    if (selection !== undefined) this.#open.get(subjectKey(subject))?.select(selection);
  }

  /** Whether an open panel is about what moves a tensor that is in a file, or in a folder. */
  moves(path: string, name: string): boolean {
    return [...this.#open.values()].some((panel) => panel.moves(path, name));
  }

  /** Shows the tensor in an open panel that moves it; whether there is one. */
  showTensor(path: string, name: string): boolean {
    const found = [...this.#open].find(([, panel]) => panel.moves(path, name));
    const subject = this.#subjects.get(found?.[0] ?? '');
    if (subject === undefined) return false;
    this.show(subject, { tensor: name });
    return true;
  }

  dispose(): void {
    this.#panels.dispose();
  }

  #fill(panel: vscode.WebviewPanel, subject: Subject, parts: LayersParts): void {
    const key = subjectKey(subject);
    this.#open.set(key, new LayersPanel(panel, subject, parts));
    this.#subjects.set(key, subject);
    panel.onDidDispose(() => {
      this.#open.delete(key);
      this.#subjects.delete(key);
    });
  }
}
