import type { Matrix, SimilaritySlice } from '#protocol/similarity.ts';
import { finite } from './finite.ts';
import type { TensorProducts } from './innerProducts.ts';

/** Sums over some tensors, for every pair of all directions, controls behind the subjects. */
export interface PairSums {
  readonly count: number;
  /** Σ ⟨X, Y⟩ */
  readonly products: Float64Array;
  /** Σ ‖X‖² ‖Y‖² / n over the tensors that both move. */
  readonly chances: Float64Array;
  /** Σ n over the same tensors. */
  readonly elements: Float64Array;
}

/** Sums over these tensors. */
export function pairSums(tensors: readonly TensorProducts[], count: number): PairSums {
  const empty = () => new Float64Array(count * count);
  const sums = { count, products: empty(), chances: empty(), elements: empty() };
  for (const tensor of tensors) addTensor(sums, tensor);
  return sums;
}

function addTensor(
  { count, products, chances, elements: moved }: PairSums,
  { movers, gram, elements }: TensorProducts,
): void {
  const at = (one: number, other: number) => gram[one * movers.length + other] ?? 0;
  for (const [a, one] of movers.entries()) {
    for (const [b, other] of movers.entries()) {
      const pair = one * count + other;
      products[pair] = (products[pair] ?? 0) + at(a, b);
      chances[pair] = (chances[pair] ?? 0) + (at(a, a) * at(b, b)) / Math.max(1, elements);
      moved[pair] = (moved[pair] ?? 0) + elements;
    }
  }
}

/** ⟨X, Y⟩ / (‖X‖ ‖Y‖), −1 … 1; NaN where one of the norms is zero or not finite. */
export function cosineOf(sums: PairSums, one: number, other: number): number {
  const product = sums.products[one * sums.count + other] ?? 0;
  const size = normOf(sums, one) * normOf(sums, other);
  const hasOne = size > 0 && size < Infinity;
  if (one === other && hasOne) return 1;
  return hasOne ? Math.max(-1, Math.min(1, product / size)) : Number.NaN;
}

function normOf({ products, count }: PairSums, one: number): number {
  return Math.sqrt(products[one * count + one] ?? 0);
}

/**
 * Standard deviation of the cosine where one of the two is turned at random on each tensor, rows and columns, its norm
 * and its singular values kept: E⟨X, UYV⟩² = ‖X‖² ‖Y‖² / n for U and V that are uniform (each entry of the outer product
 * of two uniform unit vectors has the mean square 1/n). It is the same for both, and for any ranks.
 */
export function chanceDeviation(sums: PairSums, one: number, other: number): number {
  const chance = sums.chances[one * sums.count + other] ?? 0;
  return Math.sqrt(chance) / (normOf(sums, one) * normOf(sums, other));
}

/**
 * What z is counted in. Without controls: `chanceDeviation`. With controls: the root of the mean square of the cosines of both
 * sides with all controls that move something of them here, counted from 0, but never less than `chanceDeviation`. Symmetric.
 */
export function nullDeviation(
  sums: PairSums,
  [one, other]: readonly [number, number],
  subjects: number,
): number {
  const chance = chanceDeviation(sums, one, other);
  const controls = Array.from({ length: sums.count - subjects }, (_, index) => subjects + index);
  const squares = controls
    .flatMap((control) => [[one, control] as const, [other, control] as const])
    .filter(([subject, control]) => haveCommonTensors(sums, subject, control))
    .map(([subject, control]) => cosineOf(sums, subject, control) ** 2)
    .filter((square) => Number.isFinite(square));
  if (squares.length === 0) return chance;
  const spread = Math.sqrt(squares.reduce((total, square) => total + square, 0) / squares.length);
  return Math.max(spread, chance);
}

/** Whether some tensor is moved by both: else their cosine is 0 by itself, and says nothing of chance. */
function haveCommonTensors({ elements, count }: PairSums, one: number, other: number): boolean {
  return (elements[one * count + other] ?? 0) > 0;
}

/** Of the subjects, which are the first of the directions. */
export function toSlice(sums: PairSums, subjects: number): SimilaritySlice {
  return {
    cosine: matrix(subjects, (one, other) => cosineOf(sums, one, other)),
    z: matrix(subjects, (one, other) =>
      one === other ? Number.NaN : cosineOf(sums, one, other) / nullDeviation(sums, [one, other], subjects),
    ),
    norms: Array.from({ length: subjects }, (_, one) => finite(normOf(sums, one))),
  };
}

function matrix(count: number, valueOf: (one: number, other: number) => number): Matrix {
  return Array.from({ length: count }, (_, one) =>
    Array.from({ length: count }, (__, other) => finite(valueOf(Math.min(one, other), Math.max(one, other)))),
  );
}
