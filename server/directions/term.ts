import type { StoredTensor } from '../tensors/storedTensor.ts';

/** A factor as it is stored, perhaps to be read with its two dimensions exchanged. */
export interface Factor {
  readonly tensor: StoredTensor;
  readonly transposed: boolean;
}

/** scale · left · right, where left is [rows, rank] and right is [rank, columns] once their `transposed` is heeded. */
export interface LowRank {
  readonly kind: 'low-rank';
  readonly scale: number;
  readonly left: Factor;
  readonly right: Factor;
  readonly rank: number;
}

/** scale · the values of a stored tensor of the same shape. */
export interface Dense {
  readonly kind: 'dense';
  readonly scale: number;
  readonly tensor: StoredTensor;
}

/**
 * scale · V with each of its rows (or columns) brought to the Euclidean length that `lengths` has for it, where
 * V = base + change. This is DoRA: m · V / ‖V‖ (Liu et al. 2024, eq. 5; PEFT 0.21, `DoraLinearVariant.merge_safe`).
 */
export interface Rescaled {
  readonly kind: 'rescaled';
  readonly scale: number;
  readonly base: Dense;
  readonly change: LowRank;
  /** One for each row or column. */
  readonly lengths: StoredTensor;
  readonly along: 'rows' | 'columns';
}

/** Consecutive rows of a stored tensor, and where they lie in the matrix that they are part of. */
export interface RowRun {
  readonly from: number;
  readonly to: number;
  readonly count: number;
}

/** scale · a matrix of `shape` that has some rows of a stored tensor, and is zero elsewhere. */
export interface Rows {
  readonly kind: 'rows';
  readonly scale: number;
  readonly tensor: StoredTensor;
  readonly shape: readonly number[];
  /** Ascending by `to`, not overlapping there. */
  readonly runs: readonly RowRun[];
}

/**
 * scale · Bₑ·Aₑ for each expert e of a tensor [experts, out, in], or scale · (Bₑ·Aₑ)ᵀ for one that is [experts, in, out].
 * Stored as PEFT does (`ParamWrapper.get_delta_weight`, 0.21): rows e·r … of A [experts·r, in], columns j·experts + e of B [out, r·experts].
 */
export interface Experts {
  readonly kind: 'experts';
  readonly scale: number;
  readonly rank: number;
  readonly A: StoredTensor;
  readonly B: StoredTensor;
  readonly shape: readonly [experts: number, rows: number, columns: number];
  readonly transposed: boolean;
}

/** One summand of a direction on one tensor. Nothing has been read or multiplied out. */
export type Term = LowRank | Dense | Rescaled | Rows | Experts;

/** What w is on one tensor of the base. */
export interface DirectionTensor {
  /** Name in the base checkpoint. */
  readonly name: string;
  readonly shape: readonly number[];
  readonly terms: readonly Term[];
}

/** w: a sum of terms for each tensor that moves. Tensors that do not move are absent. */
export interface Direction {
  readonly name: string;
  readonly tensors: ReadonlyMap<string, DirectionTensor>;
  /** The base ties its embeddings, and w moves the head (`lm_head.weight`) differently from them. */
  readonly untied: boolean;
}
