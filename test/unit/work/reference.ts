import type { FloatDType } from '#protocol/tensors.ts';

/** Scalar float64 arithmetic, written for clarity: what the engine has to agree with, bit for bit. */

const formats = {
  F32: { precision: 24, smallest: -149, largest: 2 ** 128 },
  F16: { precision: 11, smallest: -24, largest: 2 ** 16 },
  BF16: { precision: 8, smallest: -133, largest: 2 ** 128 },
} as const;

/** The nearest value of a dtype, ties to even. Every step is exact: divisions are by powers of two. */
export function roundTo(dtype: FloatDType, value: number): number {
  if (dtype === 'F64' || value === 0 || !Number.isFinite(value)) return value;
  const { precision, smallest, largest } = formats[dtype];
  const exponent = Math.max(exponentOf(value) - precision + 1, smallest);
  const units = value / 2 ** exponent;
  const below = Math.floor(units);
  const rest = units - below;
  const up = rest > 0.5 || (rest === 0.5 && below % 2 !== 0);
  const rounded = (up ? below + 1 : below) * 2 ** exponent;
  if (Math.abs(rounded) >= largest) return Math.sign(value) * Infinity;
  return rounded === 0 ? Math.sign(value) * 0 : rounded;
}

function exponentOf(value: number): number {
  const [high = 0] = new Uint32Array(new Float64Array([Math.abs(value)]).buffer, 4);
  return Math.max(high >>> 20, 1) - 1023;
}

export interface DenseTerm {
  readonly scale: number;
  readonly values: readonly number[];
}

export interface LowRankTerm {
  readonly scale: number;
  readonly rank: number;
  /** [rows, rank] */
  readonly left: readonly number[];
  /** [rank, columns] */
  readonly right: readonly number[];
}

export interface Sum {
  readonly dense?: readonly DenseTerm[];
  readonly lowRank?: readonly LowRankTerm[];
}

/** Σ terms at one element of a matrix with `columns`: low-rank terms first, each group in its order. */
export function sumAt({ dense = [], lowRank = [] }: Sum, index: number, columns: number): number {
  const row = Math.floor(index / columns);
  const column = index % columns;
  const products = lowRank.map(({ scale, rank, left, right }) => {
    let sum = 0;
    for (let k = 0; k < rank; k++) sum += left[row * rank + k]! * right[k * columns + column]!;
    return scale * sum;
  });
  return [...products, ...dense.map(({ scale, values }) => scale * values[index]!)].reduce(
    (sum, x) => sum + x,
    0,
  );
}

/** mulberry32: numbers in [−1, 1), the same in every run. */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 31 - 1;
  };
}
