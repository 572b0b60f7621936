/** What a graph has to compute, as data; architectures say it, `decoderGraph` writes it. Names of modules are without `.weight`. */
export interface Decoder {
  /** Of the checkpoint, for messages. */
  readonly path: string;
  readonly layers: number;
  readonly heads: number;
  readonly keyHeads: number;
  readonly headWidth: number;
  readonly vocabulary: number;
  /** Matrices lie as [in, out] (GPT-2's Conv1D). */
  readonly areTurned: boolean;
  /** The kinds of rotary positions that layers have. */
  readonly ropes: readonly Rope[];
  /** The kinds of windows that layers have: tokens that a token sees, itself included; Infinity: all before it. */
  readonly windows: readonly number[];
  readonly positions: Positions;
  readonly embedding: { readonly name: string; readonly scale: number };
  readonly layer: (index: number) => Layer;
  readonly norm: Norm;
  /** Logits are multiplied by `scale`, and then bounded softly by `cap`. */
  readonly head: { readonly name: string; readonly scale: number; readonly cap?: number | undefined };
}

/** Rotary positions: how fast each plane of a head turns. Where planes are fewer, the rest of a head does not turn. */
export interface Rope {
  /** Radians for each token, rounded to float32. */
  readonly frequencies: readonly number[];
  /** What cosines and sines are multiplied by. */
  readonly factor: number;
}

export interface Positions {
  /** The table that they are looked up in, where they are learned. */
  readonly table?: string;
  /** Tokens that a text may have. */
  readonly longest: number;
  /** What stands in the way, after the number. */
  readonly why: string;
}

export interface Layer {
  readonly attention: Attention;
  readonly feedforward: Feedforward;
  /** Both read what the layer is given, instead of the second what the first made of it. */
  readonly isParallel: boolean;
  /** What both are multiplied by before they are added. */
  readonly scale: number;
}

export interface Norm {
  /** `rms`: x / √(mean(x²) + ε); `layer`: the mean is taken away first. */
  readonly kind: 'rms' | 'layer';
  readonly name: string;
  readonly epsilon: number;
  /** The gain is 1 more than what is stored. */
  readonly isOffset: boolean;
}

/** A block may have a norm before it and one after it. */
export interface Attention {
  readonly before?: Norm | undefined;
  readonly after?: Norm | undefined;
  readonly from: Projections;
  readonly out: string;
  /** Of queries and keys before they turn, over each head's width or all heads' together. */
  readonly norms?: { readonly query: Norm; readonly key: Norm; readonly over: 'head' | 'all' };
  /** Which of the decoder's; absent: nothing turns. */
  readonly rope?: number | undefined;
  /** Which of the decoder's. */
  readonly window: number;
  /** What products of queries and keys are multiplied by, and then bounded softly by. */
  readonly scale: number;
  readonly cap?: number | undefined;
}

/** Three matrices, or one whose rows are those of the three behind each other, as wholes or head by head. */
export type Projections =
  | { readonly kind: 'apart'; readonly query: string; readonly key: string; readonly value: string }
  | { readonly kind: 'joined'; readonly name: string; readonly by: 'part' | 'head' };

export type Activation = 'silu' | 'gelu' | 'gelu-tanh' | 'relu';

export interface Feedforward {
  readonly before?: Norm | undefined;
  readonly after?: Norm | undefined;
  readonly activation: Activation;
  readonly inner: Inner;
}

/**
 * down(act(up(x))), or down(act(gate(x)) · up(x)), where one matrix may have gate's rows and then up's; or several of these
 * of which a router chooses.
 */
export type Inner =
  | { readonly kind: 'plain'; readonly up: string; readonly down: string }
  | Gated
  | { readonly kind: 'joined'; readonly gateUp: string; readonly width: number; readonly down: string }
  | Experts;

export interface Gated {
  readonly kind: 'gated';
  readonly gate: string;
  readonly up: string;
  readonly down: string;
}

/** Σ share(x) · expert(x) over the experts that are likeliest by a softmax of what the router says. */
export interface Experts {
  readonly kind: 'experts';
  readonly router: string;
  readonly experts: readonly Gated[];
  /** How many are chosen for each token. */
  readonly chosen: number;
  /** Their shares are made to sum to 1. */
  readonly isNormalized: boolean;
  /** One that every token has, times a sigmoid of what its own router says. */
  readonly shared?: { readonly expert: Gated; readonly router: string };
}
