import type { Subject } from './analysis.ts';
import type { WithWarnings } from './failure.ts';

/** Text as it is, or what a person says, with a system message, for the model's chat template. */
export type Prompt =
  | { readonly text: string }
  | { readonly message: string; readonly system?: string | undefined };

/** How a token is chosen. In the order of transformers: repetition penalty, temperature, top-k, top-p, min-p. */
export interface Sampling {
  /** 0: the likeliest, whatever the rest says. */
  readonly temperature: number;
  /** The most tokens that may be chosen; 0: all. */
  readonly topK: number;
  /** The likeliest tokens whose probabilities sum to at least this; 1: all. */
  readonly topP: number;
  /** Tokens at least this share as likely as the likeliest; 0: all. */
  readonly minP: number;
  /** Above 1: tokens of the prompt and the text so far are less likely; 1: nothing changes. */
  readonly repetitionPenalty: number;
  readonly seed: number;
}

/** What can be generated from, and how far it may be moved. */
export interface GenerationSubject extends WithWarnings {
  /** Of the model that is steered, as people name it. */
  readonly target: string;
  /** In the order of strengths; none for a checkpoint alone. */
  readonly directions: readonly {
    readonly name: string;
    /** What the recipe has for it beside its top-level strength, which multiplies all. */
    readonly strength: number;
  }[];
  /** The recipe's. */
  readonly strengths: readonly number[];
  /** What the model's chat template takes; `none`: there is none that can be rendered exactly. */
  readonly chat: 'with-system' | 'without-system' | 'none';
  /** Why there is no chat. */
  readonly chatProblem?: string;
}

/** Which layers and modules take part; what is absent: all. */
export interface Mask {
  /** Both ends included; what is in no layer is left out then. */
  readonly layers?: readonly [first: number, last: number] | undefined;
  /** By their short names, such as `q_proj`. */
  readonly modules?: readonly string[] | undefined;
}

export interface GenerationParams {
  readonly subject: Subject;
  readonly prompt: Prompt;
  /** One text each: how far along each direction. The first whose strengths are all 0 is the base, which the others are held against. */
  readonly columns: readonly (readonly number[])[];
  readonly mask?: Mask;
  readonly maxTokens: number;
  readonly sampling: Sampling;
  /** How many of the likeliest tokens come with each. */
  readonly topLogprobs: number;
}

export interface LikelyToken {
  readonly id: number;
  readonly text: string;
  readonly logprob: number;
}

export interface TextToken {
  readonly id: number;
  /** What it adds to the text; nothing where a character is not whole yet. */
  readonly text: string;
  /** Natural logarithm of its probability over the whole vocabulary, before the temperature. */
  readonly logprob: number;
  readonly top: readonly LikelyToken[];
  /** What the base says after the same tokens; absent in the base's own text. */
  readonly base?: {
    readonly logprob: number;
    readonly top: readonly LikelyToken[];
    /** KL(steered ‖ base) of the next token's probabilities, in nats. */
    readonly divergence: number;
  };
}

export type GenerationProgress =
  /** Once, before everything else. */
  | {
      readonly kind: 'plan';
      /** Absolute paths of everything that is read: when one changes, the texts are old. */
      readonly files: readonly string[];
    }
  /** What goes on before the first token. The last one wins. */
  | { readonly kind: 'phase'; readonly phase: 'loading' | 'reading' }
  /** The next token of a column. Never dropped. */
  | { readonly kind: 'token'; readonly column: number; readonly token: TextToken };

/** Where a direction is mild, the others at 0: where the mean of KL(steered ‖ base) over neutral texts is below a limit. */
export interface MildBand {
  /** Below 0; null: the limit is not reached up to the farthest strength that is tried. */
  readonly below: number | null;
  /** Above 0. */
  readonly above: number | null;
}

export interface GenerationBands extends WithWarnings {
  /** In the order of the directions. */
  readonly bands: readonly MildBand[];
  /** The limit, in nats. */
  readonly divergence: number;
  /** How many neutral texts were read. */
  readonly texts: number;
}

export interface GenerationColumn {
  readonly strengths: readonly number[];
  /** Without the token that ended it. */
  readonly text: string;
  readonly tokens: readonly TextToken[];
  readonly finish: 'stop' | 'length';
  /** Mean of KL(steered ‖ base) over its tokens, in nats; null for the base's own text, without a base, and for an empty text. */
  readonly divergence: number | null;
  /** Mean of the base's logarithms of the tokens' probabilities; null without a base, and for an empty text. */
  readonly baseLogprob: number | null;
  /** Share of its runs of three tokens that it had before; 0 where it is shorter. */
  readonly repetition: number;
}

export interface GenerationResult extends WithWarnings {
  readonly columns: readonly GenerationColumn[];
  readonly promptTokens: number;
  readonly device: 'cpu';
  readonly precision: 'float32';
  /** Of all texts together, the prompt's tokens left out and its time included. */
  readonly tokensPerSecond: number;
  /** Bytes that the model takes. */
  readonly memory: number;
}
