import type { Subject } from '#protocol/analysis.ts';
import type { LayerSelection } from '#protocol/panel.ts';
import type { SimilarityParams } from '#protocol/similarity.ts';
import type { Call } from '../call.ts';
import type { Models } from '../discovery/models.ts';
import type { Milestone } from '../ids.ts';
import type { Jobs } from '../jobs/jobs.ts';
import type { WithProgress } from '../progress.ts';
import type { Root } from '../trees/modelRows.ts';
import type { Ui } from '../ui.ts';

/** Shows what a subject's layers are like, in a panel, with this selected. */
export type ShowLayers = (subject: Subject, selection?: LayerSelection) => void;

/** Shows how alike several are, in a panel. */
export type ShowSimilarity = (params: SimilarityParams) => void;

/** Shows a subject's singular values and what it says in tokens, in a panel. */
export type ShowSpectrum = (subject: Subject) => void;
/** Shows what a subject says, in a panel. */
export type ShowGenerate = (subject: Subject) => void;

/** What commands work with; none of it is VS Code itself. */
export interface Tools {
  readonly call: Call;
  readonly ui: Ui;
  readonly models: Models;
  readonly jobs: Jobs;
  readonly withProgress: WithProgress;
  readonly showLayers: ShowLayers;
  readonly showSimilarity: ShowSimilarity;
  readonly showSpectrum: ShowSpectrum;
  readonly showGenerate: ShowGenerate;
  /** The folders of the window. */
  readonly folders: () => readonly Root[];
  readonly isTrusted: () => boolean;
  /** A step of the walkthrough has been done. */
  readonly reach: (milestone: Milestone) => void;
}
