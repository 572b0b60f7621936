import type { Pointer } from '../kernels/kernels.ts';
import type { Station } from './station.ts';
import type { TileTerm } from './tasks.ts';
import { widths } from './widths.ts';

const rowsPerCheck = 64;

export interface Target {
  readonly columns: number;
  /** Float64, row by row: all rows of the unit. */
  readonly target: Pointer;
}

/** Adds scale · left · right in float64, in the order of `multiply`, which defines the product to the bit. */
export function addProduct(station: Station, term: TileTerm, { columns, target }: Target): void {
  const { rows } = term;
  for (let row = 0; row < rows; row += rowsPerCheck) {
    station.check();
    station.kernels.multiply({
      ...term,
      left: term.left + row * term.rank * widths[term.dtype],
      rows: Math.min(rowsPerCheck, rows - row),
      columns,
      target: target + (term.row + row) * columns * 8,
    });
  }
}
