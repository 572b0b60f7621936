import type { Pointer } from './kernels.ts';
import type { ViewExports } from './viewKernels.ts';

/** The functions of `kernels.wasm`, as `assembly/index.ts` declares them: plain numbers in the order of their parameters. */
export interface Exports extends ViewExports {
  loadAny(dtype: number, source: Pointer, count: number, scale: number, target: Pointer): void;
  accumulate(dtype: number, source: Pointer, count: number, scale: number, target: Pointer): void;
  accumulateBound(factor: number, norms: Pointer, floor: number, count: number, target: Pointer): void;
  round(...call: RoundArguments): number;
  roundStochastically(...call: [...RoundArguments, seed: number, first: number]): number;
  roundProduct(
    dtype: number,
    base: Pointer,
    precision: number,
    product: Pointer,
    strength: number,
    norms: Pointer,
    factor: number,
    floor: number,
    count: number,
    out: Pointer,
    statistics: Pointer,
    ambiguous: Pointer,
    first: number,
  ): number;
  roundAt(
    dtype: number,
    base: Pointer,
    deltas: Pointer,
    strength: number,
    indexes: Pointer,
    count: number,
    out: Pointer,
    statistics: Pointer,
  ): void;
  contrast(
    dtype: number,
    base: Pointer,
    positive: Pointer,
    negative: Pointer,
    count: number,
    writes: Pointer,
    places: number,
    scratch: Pointer,
  ): void;
  measure(base: Pointer, delta: Pointer, count: number, statistics: Pointer): void;
  compareBits(dtype: number, before: Pointer, after: Pointer, count: number, statistics: Pointer): void;
  multiply(
    dtype: number,
    left: Pointer,
    right: Pointer,
    rows: number,
    columns: number,
    rank: number,
    scale: number,
    target: Pointer,
  ): void;
  multiplyAt(
    dtype: number,
    left: Pointer,
    right: Pointer,
    columns: number,
    rank: number,
    scale: number,
    target: Pointer,
    indexes: Pointer,
    count: number,
  ): void;
  rowNorms(dtype: number, matrix: Pointer, rows: number, columns: number, norms: Pointer): void;
  triangularize(matrix: Pointer, rows: number, columns: number): void;
  packPanels(source: Pointer, count: number, columns: number, target: Pointer): void;
  addPanels(
    left: Pointer,
    rows: number,
    right: Pointer,
    columns: number,
    count: number,
    target: Pointer,
    upper: number,
  ): void;
  tridiagonalize(
    matrix: Pointer,
    size: number,
    diagonal: Pointer,
    off: Pointer,
    scratch: Pointer,
    from: number,
    to: number,
  ): void;
}

export type RoundArguments = [
  dtype: number,
  base: Pointer,
  offset: Pointer,
  delta: Pointer,
  bound: Pointer,
  strength: number,
  count: number,
  out: Pointer,
  statistics: Pointer,
  ambiguous: Pointer,
];
