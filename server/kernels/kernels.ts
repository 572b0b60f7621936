import type { FloatDType, RoundedDType } from '#protocol/tensors.ts';
import type { ViewKernels } from './viewKernels.ts';

/** A byte offset into the kernels' memory, aligned to the elements it points at (16 bytes is always right). */
export type Pointer = number;

/**
 * Loops over elements in one WebAssembly memory, shared by all threads and by ONNX Runtime. Nothing is allocated:
 * the caller lays out the memory. Arithmetic is in float64; every function is deterministic to the bit.
 */
export interface Kernels extends ViewKernels {
  /** target[i] = scale · source[i]; target is float64. */
  load(dtype: FloatDType, source: Pointer, count: number, scale: number, target: Pointer): void;

  /** target[i] += scale · source[i]; target is float64. */
  accumulate(dtype: FloatDType, source: Pointer, count: number, scale: number, target: Pointer): void;

  /** target[i] += factor · norms[i] + floor; all float64. The error bound of a product along one row. */
  accumulateBound(factor: number, norms: Pointer, floor: number, count: number, target: Pointer): void;

  /**
   * out[i] = base[i] + offset[i] + strength · delta[i], rounded once to `dtype`, nearest even.
   * base, offset, delta, bound are float64; offset and bound may be 0 (absent).
   * Where values within ± bound[i] round to different bits, the element's index (u32) goes to `ambiguous`
   * instead, out[i] holds anything, and the element does not count; returns how many. Without bound: none.
   * `statistics`: seven float64 sums that are added to: Σ requested², Σ realised², Σ requested·realised,
   * requested ≠ 0, of these unmoved, overflowed to infinity, base or request not finite (and in none of the others).
   * To 8 bits it rounds as torch converts float32: what E4M3 cannot hold becomes ±448, its largest, and counts as overflowed.
   */
  round(call: RoundCall): number;

  /**
   * The same, rounding up or down at random with the probability that makes the expected value exact.
   * The random number of an element depends on `seed` (32 bits) and its index `first + i` in the tensor only.
   */
  roundStochastically(call: RoundCall & { readonly seed: number; readonly first: number }): number;

  /**
   * out[i] = base[i] + strength · product[i], rounded once, base and out of `dtype`; `product` is a device's, each
   * element off by at most what makes strength · product wrong by factor · norms[i] + floor (norms are float64).
   * Elements that this, or the order of float64 sums, could round otherwise go to `ambiguous` as `first` + i.
   * Everything else, the return value included, as in `round` with a bound.
   */
  roundProduct(call: ProductCall): number;

  /** out[i] = base[i] + strength · deltas[n] for i = indexes[n] (u32), rounded once; deltas are exact and float64. */
  roundAt(call: SingleCall): void;

  /**
   * The common case in one pass: out[i] = base[i] + strength · (positive[i] − negative[i]) for every strength, all of
   * `dtype`, rounded once. Bit for bit what load, accumulate and round give. Statistics as in `round`; of bfloat16 the
   * first three are good to six digits.
   */
  contrast(call: ContrastCall): void;

  /**
   * Adds to six float64 sums: Σ delta², Σ base², Σ base·delta, max |delta| (a maximum), delta ≠ 0, not finite.
   * An element that is not finite counts in the last and in none of the others.
   */
  measure(base: Pointer, delta: Pointer, count: number, statistics: Pointer): void;

  /** Adds to two float64 sums: identical bits; at most one unit in the last place apart (identical ones included). */
  compareBits(dtype: FloatDType, before: Pointer, after: Pointer, count: number, statistics: Pointer): void;

  /**
   * target[i·columns + k] (+)= scale · Σⱼ left[i·rank + j] · right[k·rank + j]; right is stored transposed, [columns, rank].
   * left and right are `dtype` (F32 or F64), target is float64. The order of summation is fixed: this defines the exact product.
   */
  multiply(call: MultiplyCall): void;

  /** The same sum for single elements: target[n] += scale · ⟨left row, right row⟩ at element `indexes[n]` (u32, = i·columns + k). */
  multiplyAt(call: MultiplyCall & { readonly indexes: Pointer; readonly count: number }): void;

  /** Euclidean norms of `rows` rows of `columns` values, rounded up enough to be upper bounds; norms are float64. */
  rowNorms(dtype: 'F32' | 'F64', matrix: Pointer, rows: number, columns: number, norms: Pointer): void;

  /**
   * Replaces a float64 matrix (rows × columns, row by row) by its triangular factor R of a QR factorisation:
   * the first min(rows, columns) rows hold R, the rest zeros. Householder reflections.
   */
  triangularize(matrix: Pointer, rows: number, columns: number): void;

  /** Puts a float64 matrix (count × columns, row by row) into panels of four columns, `panelBytes` in all. */
  packPanels(source: Pointer, count: number, columns: number, target: Pointer): void;

  /**
   * target[i·columns + j] += Σₖ left[k, i] · right[k, j], float64; left and right are panels of `count` rows. With
   * `upper` what lies below the diagonal is left undefined.
   */
  addPanels(call: PanelsCall): void;

  /**
   * Turns a symmetric float64 matrix into a tridiagonal one of the same eigenvalues, columns `from` to `to` in this
   * call and all of them from 0 in turn. Reads and destroys the diagonal and what is above it; `scratch` has four
   * vectors of `size`, which belong to the calls until the last. `off[k]` stands between `diagonal[k]` and the next.
   */
  tridiagonalize(call: TridiagonalCall): void;
}

export interface PanelsCall {
  readonly left: Pointer;
  readonly rows: number;
  readonly right: Pointer;
  readonly columns: number;
  readonly count: number;
  readonly target: Pointer;
  readonly upper: boolean;
}

export interface TridiagonalCall {
  readonly matrix: Pointer;
  readonly size: number;
  readonly diagonal: Pointer;
  readonly off: Pointer;
  readonly scratch: Pointer;
  readonly from: number;
  readonly to: number;
}

/** Of a matrix in panels. */
export function panelBytes(count: number, columns: number): number {
  return 32 * count * Math.ceil(columns / 4);
}

export interface RoundCall {
  readonly dtype: RoundedDType;
  readonly base: Pointer;
  readonly offset: Pointer;
  readonly delta: Pointer;
  readonly bound: Pointer;
  readonly strength: number;
  readonly count: number;
  readonly out: Pointer;
  readonly statistics: Pointer;
  readonly ambiguous: Pointer;
}

export interface ProductCall {
  readonly dtype: 'BF16' | 'F16' | 'F32';
  readonly base: Pointer;
  readonly precision: 'F32' | 'F64';
  readonly product: Pointer;
  readonly strength: number;
  readonly norms: Pointer;
  readonly factor: number;
  readonly floor: number;
  readonly count: number;
  readonly out: Pointer;
  readonly statistics: Pointer;
  readonly ambiguous: Pointer;
  readonly first: number;
}

export interface SingleCall {
  readonly dtype: 'BF16' | 'F16' | 'F32';
  readonly base: Pointer;
  readonly deltas: Pointer;
  readonly strength: number;
  readonly indexes: Pointer;
  readonly count: number;
  readonly out: Pointer;
  readonly statistics: Pointer;
}

export interface ContrastCall {
  readonly dtype: FloatDType;
  readonly base: Pointer;
  readonly positive: Pointer;
  readonly negative: Pointer;
  readonly count: number;
  readonly places: readonly ContrastPlace[];
  /** `contrastScratch(places.length)` bytes. */
  readonly scratch: Pointer;
}

export interface ContrastPlace {
  readonly strength: number;
  readonly out: Pointer;
  readonly statistics: Pointer;
}

/** Scratch for a contrast, in bytes: a block of intermediate values, and a record for each place. */
export function contrastScratch(places: number): number {
  return 8192 + 16 * places;
}

export interface MultiplyCall {
  readonly dtype: 'F32' | 'F64';
  readonly left: Pointer;
  readonly right: Pointer;
  readonly rows: number;
  readonly columns: number;
  readonly rank: number;
  readonly scale: number;
  readonly target: Pointer;
}
