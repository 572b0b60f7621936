import type { FloatDType } from '#protocol/tensors.ts';
import type { LowRankOperand, Operand } from './job.ts';

export type SpectralItem = SpectrumItem | DecomposeItem;

/** Singular values of Σ scale · left · right, from the factors alone. */
export interface SpectrumItem {
  readonly kind: 'spectrum';
  readonly name: string;
  readonly rows: number;
  readonly columns: number;
  readonly terms: readonly LowRankOperand[];
  /** Absent: none. */
  readonly vectors?: VectorsWanted;
}

/**
 * Singular values of scale · a stored matrix, row by row: all of them where its small side is `exactUpTo` at most, by
 * its Gram matrix in float64, else the leading 64 by subspace iteration from a fixed start.
 */
export interface DecomposeItem {
  readonly kind: 'decompose';
  readonly name: string;
  readonly rows: number;
  readonly columns: number;
  readonly operand: Operand<FloatDType>;
  readonly scale: number;
  readonly exactUpTo: number;
  /** Absent: none. */
  readonly vectors?: VectorsWanted;
}

/** Leading singular vectors: no more than `rank`, and no more than have `energy`, a share of Σσ². */
export interface VectorsWanted {
  readonly rank?: number;
  readonly energy?: number;
}

/** Σ values[i] · left[i] · right[i]ᵀ is the matrix as far as these vectors go; each is a row of length 1. */
export interface SingularVectors {
  readonly values: Float64Array;
  /** count × rows. */
  readonly left: Float64Array;
  /** count × columns. */
  readonly right: Float64Array;
}
