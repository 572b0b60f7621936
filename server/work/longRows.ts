import { factorScratch, loadRows } from './factorRows.ts';
import type { DecomposeItem } from './spectrumItems.ts';
import { carve, float64At, type Station } from './station.ts';
import type { Pointer } from '../kernels/kernels.ts';

/** A matrix with its longer side first: the item's own, or transposed. */
export interface LongMatrix {
  readonly long: number;
  readonly small: number;
  /** The longer side is that of the item's columns. */
  readonly transposed: boolean;
}

/** Rows of the long matrix that are in memory at once. */
export const rowsAtOnce = 128;

export function longMatrix({ rows, columns }: Pick<DecomposeItem, 'rows' | 'columns'>): LongMatrix {
  const transposed = columns > rows;
  return { long: Math.max(rows, columns), small: Math.min(rows, columns), transposed };
}

/** Rows of the long matrix in float64, from `start` on, at `values`. */
export interface Block {
  readonly values: Pointer;
  readonly start: number;
  readonly count: number;
}

/** Scratch that `eachBlock` needs, in bytes. */
export function blockScratch({ small }: LongMatrix): number {
  return factorScratch + 8 * rowsAtOnce * small + 256;
}

/** Reads the long matrix once, block by block. */
export function eachBlock(
  station: Station,
  { rows, columns, operand, scale }: DecomposeItem,
  use: (block: Block) => void,
): void {
  const { long, small, transposed } = longMatrix({ rows, columns });
  const take = carve(station.scratch);
  const values = take(8 * rowsAtOnce * small);
  const loading = { ...station, scratch: { pointer: take(factorScratch), bytes: factorScratch } };
  const factor = { operand, rows, columns, transposed };
  for (let start = 0; start < long; start += rowsAtOnce) {
    station.check();
    const count = Math.min(rowsAtOnce, long - start);
    loadRows(loading, factor, { start, count, scale, precision: 'F64', target: values, transposed });
    use({ values, start, count });
  }
}

/** Whether every value of a block is finite, and the sum of their squares. */
export function squaresOf(station: Station, { values, count }: Block, small: number): number {
  return float64At(station, values, count * small).reduce((sum, value) => sum + value * value, 0);
}
