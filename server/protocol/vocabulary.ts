import type { Subject } from './analysis.ts';
import type { WithWarnings } from './failure.ts';

/** `vocabulary`: what a direction says, read through the final norm and the unembedding. */
export interface VocabularyParams {
  readonly subject: Subject;
  /** Tokens at each end. Default 10. */
  readonly tokens?: number;
  /** Leading left singular vectors of each tensor. Default 1. */
  readonly vectors?: number;
  /** Of the random direction beside each. Default 0. */
  readonly seed?: number;
}

export interface VocabularyToken {
  readonly id: number;
  /** As the tokenizer shows it: `·Paris` has a space in front; null without a tokenizer. */
  readonly text: string | null;
  /** unembedding · norm-weight ⊙ u (of a LayerNorm, u less its mean), less the mean over all tokens, in units of the standard deviation over them. */
  readonly score: number;
}

/** A direction in the residual stream, and what it adds to the logits. The sign of a singular vector is arbitrary: both ends count, and the one that is farther out is called promoted. */
export interface VocabularyReading {
  readonly promoted: readonly VocabularyToken[];
  readonly suppressed: readonly VocabularyToken[];
  /** Excess kurtosis of the scores over all tokens: far above that of the random direction beside it where a direction names tokens. */
  readonly kurtosis: number | null;
}

export interface VocabularyRow {
  /** The tensor that writes to the residual stream. */
  readonly name: string;
  readonly layer: number | null;
  readonly module: string;
  /** From 0. */
  readonly vector: number;
  readonly sigma: number;
  /** σ² / ‖w‖² of the tensor. */
  readonly energy: number | null;
  readonly reading: VocabularyReading;
  /** The same for a random direction of the same size. */
  readonly random: VocabularyReading;
}

export interface VocabularyResult extends WithWarnings {
  readonly name: string;
  readonly rows: readonly VocabularyRow[];
  /** Where the final norm and the unembedding were found. */
  readonly norm: string;
  readonly unembedding: string;
}

export type VocabularyProgress =
  | {
      readonly kind: 'plan';
      readonly name: string;
      readonly tensors: readonly string[];
      readonly files: readonly string[];
    }
  | { readonly kind: 'rows'; readonly rows: readonly VocabularyRow[] }
  | { readonly kind: 'state'; readonly done: number; readonly total: number };
