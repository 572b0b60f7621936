import { counterBytes, momentCount } from '../kernels/viewKernels.ts';
import { readExactly } from './exactIo.ts';
import type { Statistics } from './job.ts';
import { bytesAt, carve, float64At, numbered, type Station } from './station.ts';
import { emptyStatistics } from './statistics.ts';
import { elementOf, elementWidth, patternValues } from './storedElement.ts';
import type { Task } from './tasks.ts';
import { mostColumns, type Survey, type SurveyItem } from './viewItems.ts';

/** Elements read at once; a row that is measured fits. */
const block = mostColumns;

/** Where everything lies in a thread's scratch. */
interface Frame {
  readonly width: 1 | 2 | 4 | 8;
  readonly source: number;
  readonly counters: number;
  readonly moments: number;
  readonly table: number;
  readonly columns: number;
}

/** A unit of a survey on one thread. */
export function surveyUnit(station: Station, item: SurveyItem, { start, length }: Task): Statistics {
  const frame = layOut(station, item);
  clear(station, frame, item);
  const rowSquares = item.columns === null ? null : new Float64Array(length / item.columns);
  const step = item.columns === null ? block : Math.floor(block / item.columns) * item.columns;
  for (let done = 0; done < length; done += step) {
    station.check();
    const count = Math.min(step, length - done);
    const bytes = bytesAt(station, frame.source, count * frame.width);
    readExactly(
      numbered(station.files.inputs, item.source.file),
      item.source.offset + (start + done) * frame.width,
      bytes,
    );
    countBlock(station, frame, item, count);
    if (rowSquares !== null) measureRows(station, frame, item, { done, count, rowSquares });
  }
  return { ...emptyStatistics(0), elements: length, survey: collect(station, frame, item, rowSquares) };
}

function layOut({ scratch, memory }: Station, { dtype, columns }: SurveyItem): Frame {
  const width = dtype === null ? 1 : elementWidth(dtype);
  const values = dtype === null ? undefined : patternValues(dtype);
  const take = carve(scratch);
  const frame = {
    width,
    source: take(block * width),
    counters: take(counterBytes),
    moments: take(momentCount * 8),
    table: values === undefined ? 0 : take(values.byteLength),
    columns: take((columns ?? 0) * 8),
  };
  if (values !== undefined) new Float64Array(memory.buffer, frame.table, values.length).set(values);
  return frame;
}

function clear(station: Station, frame: Frame, { columns }: SurveyItem): void {
  bytesAt(station, frame.counters, counterBytes).fill(0);
  float64At(station, frame.columns, columns ?? 0).fill(0);
  float64At(station, frame.moments, momentCount).set([0, 0, 0, 0, Infinity, -Infinity, 0, 0, 0, 0, 0, 0]);
}

function countBlock({ kernels }: Station, frame: Frame, { dtype }: SurveyItem, count: number): void {
  const { width, source, counters, moments } = frame;
  if (width === 1 || width === 2) kernels.countPatterns(width, source, count, counters);
  else if (dtype !== null) kernels.addMoments(elementOf(dtype), source, count, moments, counters);
}

interface Rows {
  readonly done: number;
  readonly count: number;
  readonly rowSquares: Float64Array;
}

function measureRows(
  { kernels }: Station,
  { source, width, columns: sums, table }: Frame,
  { dtype, columns }: SurveyItem,
  { done, count, rowSquares }: Rows,
): void {
  if (dtype === null || columns === null) return;
  const element = elementOf(dtype);
  for (let at = 0; at < count; at += columns) {
    const square = kernels.addSquares(element, source + at * width, columns, sums, table);
    rowSquares[(done + at) / columns] = square;
  }
}

function collect(
  station: Station,
  { width, counters, moments, columns }: Frame,
  item: SurveyItem,
  rowSquares: Float64Array | null,
): Survey {
  return {
    counts: addedUp(station, counters, width === 1 ? 256 : 65_536),
    moments: width > 2 ? float64At(station, moments, momentCount).slice() : null,
    rowSquares,
    columnSquares: item.columns === null ? null : float64At(station, columns, item.columns).slice(),
  };
}

/** The four counters of each pattern. */
function addedUp({ memory }: Station, counters: number, patterns: number): Uint32Array {
  const four = new Uint32Array(memory.buffer, counters, 4 * patterns);
  const sums = new Uint32Array(patterns);
  for (let pattern = 0, at = 0; pattern < patterns; pattern++, at += 4)
    sums[pattern] = (four[at] ?? 0) + (four[at + 1] ?? 0) + (four[at + 2] ?? 0) + (four[at + 3] ?? 0);
  return sums;
}
