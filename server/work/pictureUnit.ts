import { readExactly } from './exactIo.ts';
import type { Statistics } from './job.ts';
import { bytesAt, carve, float64At, numbered, type Station } from './station.ts';
import { emptyStatistics } from './statistics.ts';
import { elementOf, elementWidth, patternValues } from './storedElement.ts';
import type { Task } from './tasks.ts';
import { cellStart, type PictureItem } from './viewItems.ts';

/** Elements read at once. */
const block = 2 ** 18;

interface Frame {
  readonly source: number;
  readonly edges: number;
  readonly sums: number;
  readonly maxima: number;
  readonly table: number;
}

/** Rows of cells `start` … of a picture on one thread. */
export function pictureUnit(station: Station, item: PictureItem, { start, length }: Task): Statistics {
  const frame = layOut(station, item);
  const { width, height, window } = item;
  const mean = new Float32Array(length * width);
  const maxAbs = new Float32Array(length * width);
  for (let row = 0; row < length; row++) {
    for (const pointer of [frame.sums, frame.maxima]) float64At(station, pointer, width).fill(0);
    const first = cellStart(start + row, height, window.rows);
    const end = cellStart(start + row + 1, height, window.rows);
    addRows(station, frame, item, { first, end });
    const sums = float64At(station, frame.sums, width);
    for (let cell = 0; cell < width; cell++) {
      const across = cellStart(cell + 1, width, window.columns) - cellStart(cell, width, window.columns);
      mean[row * width + cell] = (sums[cell] ?? 0) / (across * (end - first));
    }
    maxAbs.set(float64At(station, frame.maxima, width), row * width);
  }
  return { ...emptyStatistics(0), cells: { mean, maxAbs } };
}

function layOut(station: Station, { dtype, width, window }: PictureItem): Frame {
  const values = patternValues(dtype);
  const take = carve(station.scratch);
  const frame = {
    source: take(block * elementWidth(dtype)),
    edges: take((width + 1) * 4),
    sums: take(width * 8),
    maxima: take(width * 8),
    table: values === undefined ? 0 : take(values.byteLength),
  };
  if (values !== undefined) float64At(station, frame.table, values.length).set(values);
  const edges = new Uint32Array(station.memory.buffer, frame.edges, width + 1);
  for (let cell = 0; cell <= width; cell++) edges[cell] = cellStart(cell, width, window.columns);
  return frame;
}

/** Whole rows of the matrix lie together, so that several are read at once; a part of a row is read by itself. */
function addRows(
  station: Station,
  frame: Frame,
  item: PictureItem,
  { first, end }: { readonly first: number; readonly end: number },
): void {
  const { columns, window } = item;
  const together = window.columns === columns ? Math.max(1, Math.floor(block / columns)) : 1;
  for (let row = first; row < end; row += together) {
    station.check();
    const rows = Math.min(together, end - row);
    const position = (window.row + row) * columns + window.column;
    for (let at = 0; at < window.columns; at += block) {
      const count = Math.min(block, window.columns - at);
      read(station, frame, item, { position: position + at, count: count * rows });
      for (let each = 0; each < rows; each++) addPart(station, frame, item, { first: at, count, each });
    }
  }
}

function read(
  station: Station,
  { source }: Frame,
  { dtype, source: from }: PictureItem,
  { position, count }: { readonly position: number; readonly count: number },
): void {
  const width = elementWidth(dtype);
  const target = bytesAt(station, source, count * width);
  readExactly(numbered(station.files.inputs, from.file), from.offset + position * width, target);
}

function addPart(
  { kernels }: Station,
  { source, ...places }: Frame,
  { dtype, width, window }: PictureItem,
  { first, count, each }: { readonly first: number; readonly count: number; readonly each: number },
): void {
  const start = source + each * count * elementWidth(dtype);
  const cell = cellOf(first, width, window.columns);
  kernels.addToCells({
    element: elementOf(dtype),
    source: start,
    first,
    count,
    cells: width,
    cell,
    ...places,
  });
}

/** The cell that an element falls into. */
function cellOf(index: number, cells: number, length: number): number {
  let cell = Math.floor((index * cells) / length);
  while (cellStart(cell + 1, cells, length) <= index) cell++;
  while (cellStart(cell, cells, length) > index) cell--;
  return cell;
}
