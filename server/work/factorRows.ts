/* oxlint-disable typescript/no-non-null-assertion -- Index loops over typed arrays: every index is inside by construction. */
import type { Pointer } from '../kernels/kernels.ts';
import { readExactly } from './exactIo.ts';
import type { FactorOperand } from './job.ts';
import { bytesAt, carve, numbered, float32At, float64At, type Station } from './station.ts';
import { widths } from './widths.ts';

/** Values that pass through the scratch at once: 1 MiB of it. */
const chunk = 2 ** 16;
/** Stored rows read together while transposing: long enough reads, and a panel that stays in the cache. */
const panelRows = 16;

/** Scratch that `loadRows` needs, in bytes. */
export const factorScratch = 2 * 8 * chunk + 256;

export interface RowRange {
  readonly start: number;
  readonly count: number;
  /** The values become scale · value, computed in float64, then rounded to `precision`. */
  readonly scale: number;
  readonly precision: 'F32' | 'F64';
  readonly target: Pointer;
}

/**
 * Loads rows of a matrix [n, width] into the shared memory, row by row. `transposed` says that the file holds it as
 * [width, n]; only the wanted part is read, in pieces, so a factor of any length passes through the scratch.
 */
export function loadRows(
  station: Station,
  factor: FactorOperand,
  range: RowRange & { transposed: boolean },
): void {
  if (range.transposed) loadTransposed(station, factor, range);
  else loadStraight(station, factor, range);
}

function loadStraight(station: Station, { operand, columns }: FactorOperand, range: RowRange): void {
  const { raw, decoded } = pieces(station);
  const total = range.count * columns;
  for (let done = 0; done < total; done += chunk) {
    station.check();
    const count = Math.min(chunk, total - done);
    const position = operand.offset + (range.start * columns + done) * widths[operand.dtype];
    readExactly(
      numbered(station.files.inputs, operand.file),
      position,
      bytesAt(station, raw, count * widths[operand.dtype]),
    );
    station.kernels.load(operand.dtype, raw, count, range.scale, decoded);
    targetOf(station, range, total).set(float64At(station, decoded, count), done);
  }
}

/** Stored [rows, columns]; wanted [range.count, rows]: the columns from `range.start` on, as rows. */
function loadTransposed(station: Station, factor: FactorOperand, range: RowRange): void {
  const target = targetOf(station, range, range.count * factor.rows);
  const widest = chunk / panelRows;
  for (let column = 0; column < range.count; column += widest) {
    for (let row = 0; row < factor.rows; row += panelRows) {
      station.check();
      const panel = {
        row,
        rows: Math.min(panelRows, factor.rows - row),
        column,
        columns: Math.min(widest, range.count - column),
      };
      transposePanel(target, loadPanel(station, factor, { ...panel, range }), {
        ...panel,
        stride: factor.rows,
      });
    }
  }
}

interface Panel {
  readonly row: number;
  readonly rows: number;
  readonly column: number;
  readonly columns: number;
}

/** The panel's values as stored, decoded and scaled. */
function loadPanel(
  station: Station,
  { operand, columns: stored }: FactorOperand,
  { row, rows, column, columns, range }: Panel & { readonly range: RowRange },
): Float64Array {
  const { raw, decoded } = pieces(station);
  const width = widths[operand.dtype];
  const file = numbered(station.files.inputs, operand.file);
  for (let r = 0; r < rows; r++) {
    const position = operand.offset + ((row + r) * stored + range.start + column) * width;
    readExactly(file, position, bytesAt(station, raw + r * columns * width, columns * width));
  }
  station.kernels.load(operand.dtype, raw, rows * columns, range.scale, decoded);
  return float64At(station, decoded, rows * columns);
}

function transposePanel(
  target: Float64Array | Float32Array,
  panel: Float64Array,
  { row, rows, column, columns, stride }: Panel & { readonly stride: number },
): void {
  for (let c = 0; c < columns; c++) {
    const base = (column + c) * stride + row;
    for (let r = 0; r < rows; r++) target[base + r] = panel[r * columns + c]!;
  }
}

function targetOf(
  station: Station,
  { precision, target }: RowRange,
  length: number,
): Float64Array | Float32Array {
  return precision === 'F64' ? float64At(station, target, length) : float32At(station, target, length);
}

function pieces({ scratch }: Station): { readonly raw: Pointer; readonly decoded: Pointer } {
  const take = carve(scratch);
  return { raw: take(8 * chunk), decoded: take(8 * chunk) };
}
