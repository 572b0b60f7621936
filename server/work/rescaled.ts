/* oxlint-disable typescript/no-non-null-assertion -- Index loops over typed arrays: every index is inside by construction. */
import type { Pointer } from '../kernels/kernels.ts';
import { addProduct } from './addProduct.ts';
import { loadRows } from './factorRows.ts';
import { carve, float64At, type Station } from './station.ts';
import { measured } from './steerFrame.ts';
import type { Rows } from './rows.ts';
import type { TileRescaled } from './tasks.ts';

interface Sum extends Rows {
  readonly columns: number;
  /** Float64, row by row. */
  readonly target: Pointer;
}

/** Adds a rescaled term over one unit: V first, then each row or column times what gives it its length. */
export function addRescaled(station: Station, term: TileRescaled, sum: Sum): void {
  fillValues(station, term, { ...sum, target: term.values });
  if (term.along === 'rows') addRows(station, term, sum);
  else addColumns(station, term, sum);
}

/** V = base + change over some rows. The base's values are exact in float64; the sum is rounded once per element. */
export function fillValues(
  station: Station,
  { base, change }: Pick<TileRescaled, 'base' | 'change'>,
  to: Sum,
): void {
  const { start, length, columns, target } = to;
  const factor = { operand: base.operand, rows: start + length, columns, transposed: false };
  const range = { start, count: length, scale: base.scale, precision: 'F64', target } as const;
  loadRows(station, factor, { ...range, transposed: false });
  addProduct(station, change, { columns, target });
}

function addRows(station: Station, term: TileRescaled, { start, length, columns, target }: Sum): void {
  const lengths = float64At(station, term.factors, start + length);
  for (let row = 0; row < length; row++) {
    const values = term.values + row * columns * 8;
    const factor = lengths[start + row]! / norm(station, values, columns);
    station.kernels.accumulate('F64', values, columns, term.scale * factor, target + row * columns * 8);
  }
}

/** NaN where a value is not finite. */
function norm(station: Station, values: Pointer, count: number): number {
  const pointer = carve(station.scratch)(measured * 8);
  const sums = float64At(station, pointer, measured).fill(0);
  station.kernels.measure(values, values, count, pointer);
  return sums[measured - 1] === 0 ? Math.sqrt(sums[0]!) : Number.NaN;
}

function addColumns(station: Station, term: TileRescaled, { length, columns, target }: Sum): void {
  const factors = float64At(station, term.factors, columns);
  for (let row = 0; row < length; row++) {
    const values = float64At(station, term.values + row * columns * 8, columns);
    const sums = float64At(station, target + row * columns * 8, columns);
    for (let column = 0; column < columns; column++) {
      sums[column]! += term.scale * factors[column]! * values[column]!;
    }
  }
}
