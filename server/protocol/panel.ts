import type { Subject } from './analysis.ts';
import type { Outcome } from './failure.ts';
import type { Method, Params } from './requests.ts';
import type { SimilarityParams } from './similarity.ts';

/** The requests a webview may make. The extension relays these and refuses all others. */
export const panelMethods = [
  'direction/analyze',
  'directions/similarity',
  'generation/open',
  'generation/run',
  'models/open',
  'tensor/statistics',
  'tensor/picture',
  'tensor/values',
] as const satisfies readonly Method[];
export type PanelMethod = (typeof panelMethods)[number];

export interface PanelRequest<M extends PanelMethod> {
  readonly kind: 'request';
  readonly id: number;
  readonly method: M;
  readonly params: Params<M>;
}

/** What a webview may have done in VS Code. */
export type PanelAction = 'openLog' | 'showSubject' | 'chooseControls';

export type FromPanel =
  | { readonly kind: 'ready' }
  | { readonly kind: 'cancel'; readonly id: number }
  | PanelRequest<PanelMethod>
  | { readonly kind: 'action'; readonly action: PanelAction }
  | { readonly kind: 'copy'; readonly text: string }
  /** Writes strengths into the recipe that the panel is about, one for each direction. */
  | { readonly kind: 'writeStrengths'; readonly strengths: readonly number[] }
  /** Opens a tensor in the viewer of the model that holds it. */
  | { readonly kind: 'openTensor'; readonly name: string }
  /** Asks where, and saves there. `name` is a file's name with its ending. */
  | { readonly kind: 'save'; readonly name: string; readonly content: string | Uint8Array };

/** Progress and replies carry the id of their request; a late one finds nobody waiting and is dropped. */
export type ToPanel =
  | { readonly kind: 'show'; readonly subject: Subject; readonly title: string; readonly strings: Strings }
  | ShowModel
  | ShowSimilarity
  /** Turns the page of a model to one of its tensors. */
  | { readonly kind: 'showTensor'; readonly name: string }
  /** The recipe or a file that was read has changed since. */
  | { readonly kind: 'stale' }
  | { readonly kind: 'progress'; readonly id: number; readonly progress: unknown }
  | { readonly kind: 'reply'; readonly id: number; readonly outcome: Outcome<unknown> };

/** What the model viewer is about. */
export interface ShowModel {
  readonly kind: 'showModel';
  /** Of the file that was opened, absolute. */
  readonly path: string;
  /** The tensor that is asked for; absent: what was looked at last. */
  readonly tensor?: string;
  readonly strings: Strings;
}

/** What the Similarity panel is about; again once other controls have been chosen. */
export interface ShowSimilarity {
  readonly kind: 'showSimilarity';
  readonly params: SimilarityParams;
  /** What the subjects are called until the server has named them, in their order. */
  readonly names: readonly string[];
  readonly title: string;
  readonly strings: Strings;
}

/** Translations by English text; empty in English. */
export type Strings = Readonly<Record<string, string>>;
