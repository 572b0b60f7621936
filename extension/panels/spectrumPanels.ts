import type { Subject } from '#protocol/analysis.ts';
import { isSpectrumAbout, type SpectrumAbout } from '#protocol/spectrum.ts';
import type * as vscode from 'vscode';
import { OpenPanels } from './openPanels.ts';
import { SpectrumPanel, type SpectrumParts } from './spectrumPanel.ts';
import { subjectKey } from './subjects.ts';

/** All open Spectrum panels, one a subject, whatever is drawn beside it. */
export class SpectrumPanels implements vscode.Disposable {
  readonly #pages = new Map<string, SpectrumPanel>();
  readonly #panels: OpenPanels<SpectrumAbout>;

  constructor(parts: SpectrumParts) {
    this.#panels = new OpenPanels<SpectrumAbout>(
      {
        viewType: 'weightSteering.spectrum',
        aboutOf: (state) => (isSpectrumAbout(state) ? { subjects: state.subjects } : undefined),
        keyOf,
        fill: (panel, about) => {
          this.#pages.set(keyOf(about), new SpectrumPanel(panel, about, parts));
          panel.onDidDispose(() => this.#pages.delete(keyOf(about)));
        },
      },
      parts.context,
    );
  }

  /** Opens or reveals the subject's panel, at a tensor where one is named. */
  show(subject: Subject, tensor?: string): void {
    const about: SpectrumAbout = { subjects: [subject] };
    this.#panels.show(about);
    if (tensor !== undefined) this.#pages.get(keyOf(about))?.turnTo(tensor);
  }

  dispose(): void {
    this.#panels.dispose();
  }
}

function keyOf({ subjects: [subject] }: SpectrumAbout): string {
  return subjectKey(subject);
}
