import { writeExactly } from './exactIo.ts';
import { factorScratch, loadRows } from './factorRows.ts';
import { headRow } from './headRow.ts';
import type { FactorOperand, Place, StackItem, StackPart, Statistics } from './job.ts';
import { bytesAt, carve, numbered, float32At, float64At, type Station } from './station.ts';
import { emptyStatistics } from './statistics.ts';
import type { Region } from './tasks.ts';

/** Values of a part that are held at once. */
const valuesAtOnce = 2 ** 17;

/**
 * Joins factors into one float32 matrix. Each value is (scale · strength) · x in float64, rounded once.
 * Works through each part by runs of rows; every value is written where it belongs, so the order does not matter.
 */
export function stackUnit(station: Station, item: StackItem): Statistics {
  const shapes = item.parts.map(({ factor }) => shapeOf(factor));
  const totalColumns =
    item.along === 'rows' ? (shapes[0]?.columns ?? 0) : shapes.reduce((sum, { columns }) => sum + columns, 0);
  let offset = 0;
  let notFinite = 0;
  const lost = item.places.map(() => ({ requested: 0, unmoved: 0, overflowed: 0 }));
  item.parts.forEach((part, index) => {
    const { rows, columns } = shapes[index] ?? { rows: 0, columns: 0 };
    const corner = item.along === 'rows' ? offset * totalColumns : offset;
    notFinite += stackPart(station, { item, part, rows, columns, corner, totalColumns, lost });
    offset += item.along === 'rows' ? rows : columns;
  });
  const empty = emptyStatistics(item.places.length);
  const places = empty.places.map((place, index) => ({ ...place, ...lost[index] }));
  return { ...empty, places, notFinite };
}

interface Block {
  readonly item: StackItem;
  readonly part: StackPart;
  readonly rows: number;
  readonly columns: number;
  /** The number, in the whole matrix, of the part's first value. */
  readonly corner: number;
  readonly totalColumns: number;
  /** By place, what float32 could not hold: added to. */
  readonly lost: readonly Lost[];
}

interface Lost {
  /** Values that are not zero. */
  requested: number;
  /** Of these, what is zero in float32, or has lost digits there for being so small. */
  unmoved: number;
  /** Finite values that are infinite in float32. */
  overflowed: number;
}

/** Returns how many of the part's values are not finite. */
function stackPart(station: Station, block: Block): number {
  const { part, rows, columns, corner, totalColumns, item, lost } = block;
  const atOnce = Math.max(1, Math.floor(valuesAtOnce / Math.max(1, columns)));
  const { target, loading } = divide(station.scratch, atOnce * columns);
  let notFinite = 0;
  for (let start = 0; start < rows; start += atOnce) {
    const count = Math.min(atOnce, rows - start);
    const range = { start, count, scale: 1, precision: 'F64', target: target.values } as const;
    loadRows({ ...station, scratch: loading }, part.factor, { ...range, transposed: part.factor.transposed });
    for (const value of float64At(station, target.values, count * columns)) {
      if (!Number.isFinite(value)) notFinite += 1;
    }
    for (const [index, place] of item.places.entries()) {
      const factor = part.scale * (part.moving ? place.strength : 1);
      const source = float64At(station, target.values, count * columns);
      const scaled = float32At(station, target.scaled, count * columns);
      scaled.set(source.map((value) => factor * value));
      const sums = lost[index];
      if (sums !== undefined && part.scale !== 0 && (!part.moving || place.strength !== 0))
        countLost(sums, source, scaled);
      writeRows(station, place, {
        count,
        columns,
        from: target.scaled,
        corner,
        start,
        totalColumns,
        order: item.order,
      });
    }
  }
  return notFinite;
}

const smallestNormal = 2 ** -126;

/** Compares values with what has become of them in float32. */
function countLost(sums: Lost, before: Float64Array, after: Float32Array): void {
  for (let index = 0; index < after.length; index++) {
    const [value = 0, magnitude] = [before[index], Math.abs(after[index] ?? 0)];
    if (value === 0 || !Number.isFinite(value)) continue;
    sums.requested += 1;
    if (magnitude < smallestNormal) sums.unmoved += 1;
    if (magnitude === Infinity) sums.overflowed += 1;
  }
}

interface Rows {
  readonly count: number;
  readonly columns: number;
  readonly from: number;
  /** The part's first value in the matrix, and the first of these rows in the part. */
  readonly corner: number;
  readonly start: number;
  readonly totalColumns: number;
  readonly order: StackItem['order'];
}

/** In one piece where the part is as wide as the matrix and in its order, else row by row. */
function writeRows(station: Station, place: Place, rows: Rows): void {
  const { count, columns, from, corner, start, totalColumns, order } = rows;
  const file = numbered(station.files.outputs, place.file);
  const whole = columns === totalColumns && order === undefined;
  const length = (whole ? count * columns : columns) * 4;
  for (let row = 0; row < (whole ? 1 : count); row++) {
    const at = order === undefined ? start + row : headRow(start + row, order);
    writeExactly(
      file,
      place.offset + (corner + at * totalColumns) * 4,
      bytesAt(station, from + row * columns * 4, length),
    );
  }
}

/** Scratch for a stack item, in bytes: one row of its widest part at least. */
export function stackScratch({ parts }: StackItem): number {
  const widest = Math.max(0, ...parts.map(({ factor }) => shapeOf(factor).columns));
  return factorScratch + 12 * Math.max(widest, valuesAtOnce) + 1024;
}

function divide(scratch: Region, values: number) {
  const take = carve(scratch);
  const target = { values: take(values * 8), scaled: take(values * 4) };
  return { target, loading: { pointer: take(factorScratch), bytes: factorScratch } };
}

function shapeOf({ rows, columns, transposed }: FactorOperand): {
  readonly rows: number;
  readonly columns: number;
} {
  return transposed ? { rows: columns, columns: rows } : { rows, columns };
}
