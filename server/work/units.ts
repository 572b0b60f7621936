import { factorBytes, storedBytes, widths } from './widths.ts';
import { elementWidth } from './storedElement.ts';
import { cellStart, type PictureItem, type SurveyItem } from './viewItems.ts';
import type { GramItem, Job, JobItem, JobTerm, Operand, RowsOperand, SteerItem, Unit } from './job.ts';

/** Of a steer item: what a thread finishes in some milliseconds, and what a low-rank product of 8 MiB covers. */
const elementsPerUnit = 2 ** 20;
const bytesPerCopy = 8 * 2 ** 20;
/** Enough that sending the counts of a unit, 256 KiB, costs nothing beside counting it. */
const elementsPerSurvey = 2 ** 23;
const elementsPerPicture = 2 ** 22;

/**
 * The steps of a job, in order. A steer unit is a run of whole rows (one row at least, however long), a copy unit
 * a run of bytes, and every other item one unit. The cut depends on the job alone, so that a journal of unit
 * numbers stays true for another machine, device or thread count.
 */
export function unitsOf(job: Job): readonly Unit[] {
  return job.items.flatMap((item, index) => unitsOfItem(item, index));
}

function unitsOfItem(item: JobItem, index: number): Unit[] {
  switch (item.kind) {
    case 'copy':
      return cut(item.bytes, bytesPerCopy, (start, length) => ({
        item: index,
        start,
        length,
        traffic: length * (1 + item.places.length),
      }));
    case 'steer': {
      return cut(item.columns === 0 ? 0 : item.rows, rowsPerUnit(item.columns), (start, length) => ({
        item: index,
        start,
        length,
        traffic: steerTraffic(item, start, length),
      }));
    }
    case 'stack': {
      const read = item.parts.reduce((sum, part) => sum + factorBytes(part.factor), 0);
      const values = item.parts.reduce((sum, { factor }) => sum + factor.rows * factor.columns, 0);
      return [{ item: index, start: 0, length: 1, traffic: read + values * 4 * item.places.length }];
    }
    case 'spectrum': {
      const read = item.terms.reduce(
        (sum, term) => sum + factorBytes(term.left) + factorBytes(term.right),
        0,
      );
      return [{ item: index, start: 0, length: 1, traffic: read }];
    }
    case 'gram':
      return gramUnits(item, index);
    case 'decompose':
      return [
        { item: index, start: 0, length: 1, traffic: item.rows * item.columns * widths[item.operand.dtype] },
      ];
    case 'survey':
      return surveyUnits(item, index);
    case 'picture':
      return pictureUnits(item, index);
  }
}

/** One where there are factors alone; else whole rows, the fewer the more sums there are to be kept. */
function gramUnits(item: GramItem, index: number): Unit[] {
  const { rows, columns, sums } = item;
  const terms = sums.flat();
  const factors = lowRankTerms(terms);
  if (factors.length === terms.length) {
    const traffic = factors.reduce((sum, { left, right }) => sum + factorBytes(left) + factorBytes(right), 0);
    return [{ item: index, start: 0, length: 1, traffic }];
  }
  const step = Math.max(1, Math.floor(rowsPerUnit(columns) / Math.max(1, sums.length / 2)));
  return cut(columns === 0 ? 0 : rows, step, (start, length) => {
    const part = { columns, start, length };
    const dense = terms.filter((term) => term.kind === 'dense');
    const read = dense.reduce((sum, { operand }) => sum + storedBytes(operand.dtype, length * columns), 0);
    const traffic = terms.reduce((sum, term) => sum + trafficOf(term, part), read);
    return { item: index, start, length, traffic };
  });
}

/** Of a steer item. */
export function rowsPerUnit(columns: number): number {
  return Math.max(1, Math.floor(elementsPerUnit / Math.max(1, columns)));
}

/** Whole rows where these are measured. */
function surveyUnits({ count, columns, dtype }: SurveyItem, item: number): Unit[] {
  const row = columns ?? 1;
  const width = dtype === null ? 1 : elementWidth(dtype);
  const step = Math.max(1, Math.floor(elementsPerSurvey / Math.max(1, row))) * row;
  if (row === 0) return [];
  return cut(count, step, (start, length) => ({ item, start, length, traffic: length * width }));
}

/** Whole rows of cells, so that no cell is added up from two units. */
function pictureUnits({ width, height, window, dtype }: PictureItem, item: number): Unit[] {
  if (width === 0) return [];
  const perRow = (window.rows / Math.max(1, height)) * window.columns;
  const step = Math.max(1, Math.floor(elementsPerPicture / Math.max(1, perRow)));
  return cut(height, step, (start, length) => {
    const rows = cellStart(start + length, height, window.rows) - cellStart(start, height, window.rows);
    return { item, start, length, traffic: rows * window.columns * elementWidth(dtype) };
  });
}

function cut(total: number, step: number, toUnit: (start: number, length: number) => Unit): Unit[] {
  const count = Math.ceil(total / step);
  return Array.from({ length: count }, (_, n) => toUnit(n * step, Math.min(step, total - n * step)));
}

function steerTraffic(item: SteerItem, start: number, length: number): number {
  const elements = length * item.columns;
  const read = operandsOf(item).reduce((sum, operand) => sum + storedBytes(operand.dtype, elements), 0);
  const written = elements * widths[item.dtype] * item.places.length;
  const others = [...item.fixed, ...item.moving].reduce(
    (sum, term) => sum + trafficOf(term, { columns: item.columns, start, length }),
    0,
  );
  return read + written + others;
}

/** Bytes of what is not read element by element. Factors that all units share count in the first. */
function trafficOf(term: JobTerm, rows: { columns: number; start: number; length: number }): number {
  const { columns, start, length } = rows;
  switch (term.kind) {
    case 'dense':
      return 0;
    case 'low-rank': {
      const shared = start === 0 ? factorBytes(term.right) : 0;
      return length * term.rank * widths[term.left.operand.dtype] + shared;
    }
    case 'rescaled':
      return length * columns * widths[term.base.operand.dtype] + trafficOf(term.change, rows);
    case 'rows':
      return (
        rowsWithin(term, rows).reduce((sum, { count }) => sum + count, 0) *
        columns *
        widths[term.operand.dtype]
      );
    case 'experts': {
      const { experts, rank, A, B } = term;
      const [outputs, inputs] = term.transposed ? [columns, term.rows] : [term.rows, columns];
      return start > 0 ? 0 : experts * rank * (inputs * widths[A.dtype] + outputs * widths[B.dtype]);
    }
  }
}

/** The parts of a rows term that lie in a run of the item's rows. */
export function rowsWithin(
  { runs }: RowsOperand,
  { start, length }: { readonly start: number; readonly length: number },
): RowsOperand['runs'] {
  return runs.flatMap(({ from, to, count }) => {
    const first = Math.max(to, start);
    const last = Math.min(to + count, start + length);
    return first < last ? [{ from: from + first - to, to: first, count: last - first }] : [];
  });
}

/** Every run of values a steer item reads block by block, each once: source, dense terms, survival. */
export function operandsOf(item: SteerItem): readonly Operand[] {
  const dense = [...item.fixed, ...item.moving].flatMap((term) =>
    term.kind === 'dense' ? [term.operand] : [],
  );
  const all = [...(item.source === undefined ? [] : [item.source]), ...dense, ...(item.survival ?? [])];
  return all.filter((operand, index) => all.findIndex((other) => isSame(other, operand)) === index);
}

export function isSame(one: Operand, other: Operand): boolean {
  return one.file === other.file && one.offset === other.offset && one.dtype === other.dtype;
}

export function lowRankTerms(terms: readonly JobTerm[]) {
  return terms.filter((term) => term.kind === 'low-rank');
}

/** Whether all terms are dense or low-rank. The others are summed up in float64, and products beside them too. */
export function isPlain({ fixed, moving }: Pick<SteerItem, 'fixed' | 'moving'>): boolean {
  return [...fixed, ...moving].every(({ kind }) => kind === 'dense' || kind === 'low-rank');
}
