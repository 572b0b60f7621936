import type { FloatDType, RoundedDType } from '#protocol/tensors.ts';
import type { Pointer } from './kernels.ts';

/** What an element is to the kernels of the viewer: 8 or 16 bits with a table of their values, or a number as it is. */
export type Element = '8 bits' | '16 bits' | 'F32' | 'F64' | 'I32' | 'U32' | 'I64' | 'U64';

/** Bytes of the counters of patterns: four of 32 bits for each of 65,536. */
export const counterBytes = 65_536 * 16;

/** Numbers that `addMoments` keeps. */
export const momentCount = 12;

/** Numbers (u32) that `scanMatrix` keeps. */
export const scanCount = 12;

/** The kernels that count, measure and draw values as they are stored. */
export interface ViewKernels {
  /** Raises one of the four counters (u32, side by side) of each pattern of `width` bytes. */
  countPatterns(width: 1 | 2, source: Pointer, count: number, counters: Pointer): void;

  /**
   * Adds elements of 32 or 64 bits to twelve float64 numbers: finite ones; their sum, and what is to be added to it; Σ (x − mean)²;
   * smallest; largest (to begin with: ∞ and −∞); zeros; of these negative; NaN; ∞; −∞; subnormal ones. Raises the counter of the first
   * 16 bits of each finite value but zero, as a float32.
   */
  addMoments(element: Element, source: Pointer, count: number, state: Pointer, counters: Pointer): void;

  /** Adds the squares of a row's elements to `columns` (float64, one each) and returns their sum. `table`: all values of 8 or 16 bits in float64, else 0. */
  addSquares(element: Element, source: Pointer, count: number, columns: Pointer, table: Pointer): number;

  /**
   * Adds whole rows, of which the first is the row `first` of a matrix, to twelve numbers (u32): NaN, ∞, zeros, subnormal ones, rows of
   * zeros, the first of these; and from the seventh on hashes of all bits in their order. Where a column has something other than zero
   * its element of `alive`, of the dtype's width, is not 0 afterwards.
   */
  scanMatrix(call: ScanCall): void;

  /** Adds a part of a row to cells. */
  addToCells(call: CellsCall): void;

  /** The largest number of representable values from one element to its counterpart: 1 is one unit in the last place. */
  distance(dtype: FloatDType, before: Pointer, after: Pointer, count: number): number;
}

export interface ScanCall {
  readonly dtype: RoundedDType;
  readonly source: Pointer;
  readonly rows: number;
  readonly columns: number;
  readonly first: number;
  readonly alive: Pointer;
  readonly state: Pointer;
}

export interface CellsCall {
  readonly element: Element;
  readonly source: Pointer;
  /** Where in the row the elements are, and how many. */
  readonly first: number;
  readonly count: number;
  /** u32, one more than there are cells: where in the row each begins. */
  readonly edges: Pointer;
  /** Cells in all, and the one that `first` falls into. */
  readonly cells: number;
  readonly cell: number;
  /** Float64, one for each cell: Σ x, and max |x|. */
  readonly sums: Pointer;
  readonly maxima: Pointer;
  readonly table: Pointer;
}

/** The functions of `kernels.wasm` behind them, as `assembly/view.ts` declares them. */
export interface ViewExports {
  countPatterns(width: number, source: Pointer, count: number, counters: Pointer): void;
  addMoments(element: number, source: Pointer, count: number, state: Pointer, counters: Pointer): void;
  addSquares(element: number, source: Pointer, count: number, columns: Pointer, table: Pointer): number;
  addToCells(
    element: number,
    source: Pointer,
    first: number,
    count: number,
    edges: Pointer,
    cell: number,
    sums: Pointer,
    maxima: Pointer,
    table: Pointer,
  ): void;
  distance(dtype: number, before: Pointer, after: Pointer, count: number): number;
  scanMatrix(
    dtype: number,
    source: Pointer,
    rows: number,
    columns: number,
    first: number,
    alive: Pointer,
    state: Pointer,
  ): void;
}

/** The numbers that `assembly/view.ts` knows the elements by, and their widths. */
const codes = { '8 bits': 0, '16 bits': 1, F32: 2, F64: 3, I32: 4, U32: 5, I64: 6, U64: 7 } as const;
const widths = { '8 bits': 1, '16 bits': 2, F32: 4, F64: 8, I32: 4, U32: 4, I64: 8, U64: 8 } as const;
const floats = {
  BF16: [0, 2],
  F16: [1, 2],
  F32: [2, 4],
  F64: [3, 8],
  F8_E4M3: [4, 1],
  F8_E5M2: [5, 1],
} as const;

/** Makes sure that `count` elements of `width` bytes lie in the memory. */
type Check = (pointer: Pointer, count: number, width: number) => void;

export function viewKernels(exports: ViewExports, check: Check): ViewKernels {
  const checkTable = (element: Element, table: Pointer) => {
    if (element === '8 bits') check(table, 256, 8);
    if (element === '16 bits') check(table, 65_536, 8);
  };
  return {
    countPatterns(width, source, count, counters) {
      check(source, count, width);
      check(counters, counterBytes / 16, 16);
      exports.countPatterns(width, source, count, counters);
    },
    addMoments(element, source, count, state, counters) {
      if (widths[element] < 4) throw new RangeError(`Elements of ${element} are counted, not added up.`);
      check(source, count, widths[element]);
      check(state, momentCount, 8);
      check(counters, counterBytes / 16, 16);
      exports.addMoments(codes[element], source, count, state, counters);
    },
    addSquares(element, source, count, columns, table) {
      check(source, count, widths[element]);
      check(columns, count, 8);
      checkTable(element, table);
      return exports.addSquares(codes[element], source, count, columns, table);
    },
    scanMatrix({ dtype, source, rows, columns, first, alive, state }) {
      const [code, width] = floats[dtype];
      check(source, rows * columns, width);
      check(alive, columns, width);
      check(state, scanCount / 4, 16);
      exports.scanMatrix(code, source, rows, columns, first, alive, state);
    },
    // What the edges are is not checked: that would cost as much as the work.
    addToCells({ element, source, first, count, edges, cells, cell, sums, maxima, table }) {
      check(source, count, widths[element]);
      check(edges, cells + 1, 4);
      check(sums, cells, 8);
      check(maxima, cells, 8);
      checkTable(element, table);
      exports.addToCells(codes[element], source, first, count, edges, cell, sums, maxima, table);
    },
    distance(dtype, before, after, count) {
      const [code, width] = floats[dtype];
      check(before, count, width);
      check(after, count, width);
      return exports.distance(code, before, after, count);
    },
  };
}
