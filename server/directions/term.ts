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

/** One summand of a direction on one tensor. Nothing has been read or multiplied out. */
export type Term = LowRank | Dense | Rescaled;

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
