import type { Subject } from './analysis.ts';
import type { Outcome } from './failure.ts';
import type { Method, Params } from './requests.ts';
import type { Restriction } from './recipes.ts';
import type { SimilarityParams } from './similarity.ts';
import type { SpectrumAbout } from './spectrum.ts';

/** The requests a webview may make. The extension relays these and refuses all others. */
export const panelMethods = [
  'direction/analyze',
  'direction/vocabulary',
  'directions/similarity',
  'generation/bands',
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
export type PanelAction = 'openLog' | 'showSubject' | 'chooseControls' | 'chooseDirections';

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
  /** Shows a tensor elsewhere: its line among the headers, the clause of the recipe, the layers of an open direction. */
  | { readonly kind: 'showTensorIn'; readonly place: TensorPlaceShown; readonly name: string }
  /** Shows the layers of a subject of a Similarity panel, by its number, with modules selected. */
  | { readonly kind: 'showLayersOf'; readonly subject: number; readonly selection: LayerSelection }
  /** Narrows what the recipe moves; `restricted` says what came of it. */
  | { readonly kind: 'restrict'; readonly restriction: Restriction }
  /** Opens the Spectrum panel of what is shown, at one of its tensors. */
  | { readonly kind: 'openSpectrum'; readonly tensor: string }
  /** Takes a direction out of the picture; the first, which the panel is about, stays. */
  | { readonly kind: 'removeDirection'; readonly index: number }
  /** Asks where, and saves there. `name` is a file's name with its ending. */
  | { readonly kind: 'save'; readonly name: string; readonly content: string | Uint8Array };

export type TensorPlaceShown = 'header' | 'recipe' | 'layers';

/** What somebody who comes from elsewhere wants to see of a direction. */
export interface LayerSelection {
  /** Both ends included; what is beyond the model is its last layer. */
  readonly layers?: { readonly first: number; readonly last: number };
  /** Short names and groups. */
  readonly modules?: readonly string[];
  readonly tensor?: string;
}

/** Progress and replies carry the id of their request; a late one finds nobody waiting and is dropped. */
export type ToPanel =
  | { readonly kind: 'show'; readonly subject: Subject; readonly title: string; readonly strings: Strings }
  | ShowModel
  | ShowSimilarity
  | ShowSpectrum
  /** Turns the page of a model to one of its tensors. */
  | { readonly kind: 'showTensor'; readonly name: string }
  | { readonly kind: 'select'; readonly selection: LayerSelection }
  | { readonly kind: 'restricted'; readonly isDone: boolean; readonly message: string }
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

/** What the Spectrum panel is about; again once other directions stand beside it, or another tensor is asked for. */
export interface ShowSpectrum extends SpectrumAbout {
  readonly kind: 'showSpectrum';
  /** What the subjects are called, in their order. */
  readonly names: readonly string[];
  /** The tensor that is asked for; absent: what was looked at last. */
  readonly tensor?: string;
  readonly strings: Strings;
}

/** Translations by English text; empty in English. */
export type Strings = Readonly<Record<string, string>>;
