import type { WithWarnings } from './failure.ts';

/** `similarity`: of what, against what. */
export interface SimilarityParams {
  /** Paths of recipes, directions, adapters, fine-tunes; at least one. A fine-tune or adapter stands for θ − θ_pre. */
  readonly subjects: readonly string[];
  /** Path of the base that fine-tunes are counted from; absent: as for recipes. */
  readonly base?: string;
  /** Directions, adapters or fine-tunes that have nothing to do with the behaviour; absent: chance is counted. */
  readonly controls?: readonly string[];
}

/** Whether a value from outside, such as a panel's saved state, says of what a similarity is. */
export function isSimilarityParams(value: unknown): value is SimilarityParams {
  if (typeof value !== 'object' || value === null || !('subjects' in value)) return false;
  const { subjects } = value;
  return (
    arePaths(subjects) &&
    subjects.length > 0 &&
    (!('base' in value) || typeof value.base === 'string') &&
    (!('controls' in value) || arePaths(value.controls))
  );
}

function arePaths(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((path) => typeof path === 'string');
}

/** A symmetric matrix of all pairs, row by row; null where a norm is zero or not finite, or both do not reach there. */
export type Matrix = readonly (readonly (number | null)[])[];

/** One part of the model: cosines over its tensors, and what chance would do there. */
export interface SimilaritySlice {
  readonly cosine: Matrix;
  /** cosine / the standard deviation of the null for this pair. Null on the diagonal. */
  readonly z: Matrix;
  /** Of each subject, here. */
  readonly norms: readonly (number | null)[];
}

export interface NullReport {
  readonly kind: 'controls' | 'random';
  /** How many controls; 0 for `random`, where sigma is computed, and is what infinitely many draws would have. */
  readonly count: number;
  /** Names of controls; empty for `random`. */
  readonly names: readonly string[];
  /** Standard deviation of the null's cosines over all pairs, whole model: what z is in units of. */
  readonly sigma: number | null;
  /** The same of random directions of the same norms and singular values; equals `sigma` for `random`. */
  readonly random: number | null;
  /** 1/√n over all elements that both move: a lower bound on the noise, not what z is counted in. */
  readonly gaussian: number | null;
}

export type SimilarityFlagCode =
  /** Both were trained from the same initial factors, which alone makes them alike. */
  | 'shared-initialisation'
  /** One fine-tune is part of both: w = τ_bad − τ_good has τ_bad in it. */
  | 'shared-fine-tune'
  /** They move different tensors; what one lacks counts as zero. */
  | 'different-tensors'
  /** One is the other, perhaps scaled. */
  | 'same-direction';

export interface SimilarityFlag {
  readonly code: SimilarityFlagCode;
  /** Numbers of subjects. */
  readonly a: number;
  readonly b: number;
  /** A sentence with names and numbers. */
  readonly message: string;
}

export interface SimilarityResult extends WithWarnings, SimilaritySlice {
  /** Of the subjects, in the order they were given. */
  readonly names: readonly string[];
  readonly kinds: readonly ('recipe' | 'direction' | 'adapter' | 'checkpoint')[];
  /** Absolute. */
  readonly paths: readonly string[];
  readonly null: NullReport;
  /** Neither embeddings nor head. */
  readonly withoutEmbeddings: SimilaritySlice;
  /** Ascending. */
  readonly layers: readonly (SimilaritySlice & { readonly layer: number })[];
  readonly modules: readonly (SimilaritySlice & { readonly module: string })[];
  /** cos of each subject (row) with each control (column); empty without controls. */
  readonly withControls: Matrix;
  readonly flags: readonly SimilarityFlag[];
  /** Order of the subjects in which like stands by like: average linkage over 1 − cosine. */
  readonly clustered: readonly number[];
}

export type SimilarityProgress =
  /** Once, first. */
  | {
      readonly kind: 'plan';
      readonly names: readonly string[];
      readonly layers: number;
      /** Absolute paths of everything that was read: when one changes, the numbers are old. */
      readonly files: readonly string[];
    }
  /** Bytes read so far, and in all. The last one wins. */
  | { readonly kind: 'state'; readonly done: number; readonly total: number };
