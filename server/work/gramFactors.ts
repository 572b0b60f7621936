/* oxlint-disable typescript/no-non-null-assertion -- Index loops over typed arrays: every index is inside by construction. */
import type { Pointer } from '../kernels/kernels.ts';
import { readExactly } from './exactIo.ts';
import type { FactorOperand, GramItem, LowRankOperand } from './job.ts';
import { bytesAt, carve, float64At, numbered, type Station } from './station.ts';
import { lowRankTerms } from './units.ts';
import { widths } from './widths.ts';

/** Positions along a factor that are kept at once: as many as fit 2 MiB with all ranks, within these. */
const [fewest, most] = [64, 1024];
/** Rows of a Gram matrix that are computed together. */
const panelRows = 16;

/**
 * ⟨ΣB₁A₁, ΣB₂A₂⟩ = Σ (B₁ᵀB₂) ∘ (A₁A₂ᵀ): the Gram matrices of all left and of all right factors side by side, multiplied
 * element by element, and added up for every two sums. No product is multiplied out; float64 throughout.
 */
export function factoredGram(station: Station, item: GramItem): Float64Array {
  const terms = lowRankTerms(item.sums.flat());
  const rank = rankOf(terms);
  const left = sideGram(station, terms, {
    length: item.rows,
    rank,
    side: ({ left, scale }) => ({ factor: left, along: left.transposed ? 'columns' : 'rows', scale }),
  });
  const right = sideGram(station, terms, {
    length: item.columns,
    rank,
    side: ({ right }) => ({ factor: right, along: right.transposed ? 'rows' : 'columns', scale: 1 }),
  });
  return addedUp(left, right, { rank, ranks: item.sums.map((sum) => rankOf(lowRankTerms(sum))) });
}

/** Scratch for `factoredGram`, in bytes. */
export function factoredScratch(item: GramItem): number {
  const terms = lowRankTerms(item.sums.flat());
  const rank = rankOf(terms);
  const count = positionsAtOnce(rank);
  return 8 * (rank * rank + rank * count + 2 * count * widest(terms)) + 1024;
}

function rankOf(terms: readonly LowRankOperand[]): number {
  return terms.reduce((sum, term) => sum + term.rank, 0);
}

function widest(terms: readonly LowRankOperand[]): number {
  return terms.reduce((largest, term) => Math.max(largest, term.rank), 1);
}

function positionsAtOnce(rank: number): number {
  return Math.max(fewest, Math.min(most, Math.floor(2 ** 18 / Math.max(1, rank))));
}

interface Placed {
  readonly factor: FactorOperand;
  /** The stored dimension that is the tensor's; the other is the rank. */
  readonly along: 'rows' | 'columns';
  readonly scale: number;
}

interface Side {
  /** Of the tensor along this side. */
  readonly length: number;
  readonly rank: number;
  readonly side: (term: LowRankOperand) => Placed;
}

/** Inner products of the columns of all factors of a side, [rank, rank]. */
function sideGram(station: Station, terms: readonly LowRankOperand[], { length, rank, side }: Side) {
  const count = positionsAtOnce(rank);
  const take = carve(station.scratch);
  const gram = take(8 * rank * rank);
  const block = take(8 * rank * count);
  const room = { raw: take(8 * count * widest(terms)), decoded: take(8 * count * widest(terms)) };
  float64At(station, gram, rank * rank).fill(0);
  for (let start = 0; start < length; start += count) {
    station.check();
    const range = { start, count: Math.min(count, length - start) };
    let target = block;
    for (const term of terms) {
      loadColumns(station, side(term), { ...range, ...room, target });
      target += 8 * term.rank * range.count;
    }
    for (const { first, height, offset } of panelsOf(rank)) {
      const from = block + 8 * first * range.count;
      const call = {
        dtype: 'F64',
        rows: height,
        columns: rank - first,
        rank: range.count,
        scale: 1,
      } as const;
      station.kernels.multiply({ ...call, left: from, right: from, target: gram + 8 * offset });
    }
  }
  return mirrored(float64At(station, gram, rank * rank), rank);
}

interface Panel {
  readonly first: number;
  readonly height: number;
  /** Where its values begin, of `height` rows from the column `first` on. */
  readonly offset: number;
}

/** The upper half of a symmetric matrix, some rows at a time, with what lies beside the diagonal. */
function panelsOf(rank: number): readonly Panel[] {
  const panels: Panel[] = [];
  let offset = 0;
  for (let first = 0; first < rank; first += panelRows) {
    const height = Math.min(panelRows, rank - first);
    panels.push({ first, height, offset });
    offset += height * (rank - first);
  }
  return panels;
}

/** The whole matrix, row by row. */
function mirrored(values: Float64Array, rank: number): Float64Array {
  const whole = new Float64Array(rank * rank);
  for (const { first, height, offset } of panelsOf(rank)) {
    for (let row = 0; row < height; row++) {
      for (let column = row; column < rank - first; column++) {
        const value = values[offset + row * (rank - first) + column]!;
        whole[(first + row) * rank + first + column] = value;
        whole[(first + column) * rank + first + row] = value;
      }
    }
  }
  return whole;
}

interface Range {
  readonly start: number;
  readonly count: number;
  readonly raw: Pointer;
  readonly decoded: Pointer;
  readonly target: Pointer;
}

/** scale · some positions of a factor, as [its rank, count]. */
function loadColumns(station: Station, { factor, along, scale }: Placed, range: Range): void {
  const { operand, rows, columns } = factor;
  const { start, count, raw, decoded, target } = range;
  const width = widths[operand.dtype];
  const read = (first: number, values: number) => {
    const position = operand.offset + first * width;
    const into = bytesAt(station, raw, values * width);
    readExactly(numbered(station.files.inputs, operand.file), position, into);
  };
  if (along === 'columns') {
    for (let row = 0; row < rows; row++) {
      read(row * columns + start, count);
      station.kernels.load(operand.dtype, raw, count, scale, target + 8 * row * count);
    }
    return;
  }
  read(start * columns, count * columns);
  station.kernels.load(operand.dtype, raw, count * columns, scale, decoded);
  turn(float64At(station, decoded, count * columns), float64At(station, target, count * columns), columns);
}

/** [n, width] becomes [width, n]. */
function turn(from: Float64Array, to: Float64Array, width: number): void {
  const count = from.length / width;
  for (let row = 0; row < count; row++)
    for (let column = 0; column < width; column++) to[column * count + row] = from[row * width + column]!;
}

interface Ranks {
  readonly rank: number;
  /** Of each sum. */
  readonly ranks: readonly number[];
}

function addedUp(left: Float64Array, right: Float64Array, { rank, ranks }: Ranks): Float64Array {
  const gram = new Float64Array(ranks.length ** 2);
  let row = 0;
  for (const [one, height] of ranks.entries()) {
    let column = row;
    for (let other = one; other < ranks.length; other++) {
      const width = ranks[other]!;
      let sum = 0;
      for (let i = row; i < row + height; i++)
        for (let k = column; k < column + width; k++) sum += left[i * rank + k]! * right[i * rank + k]!;
      gram[one * ranks.length + other] = sum;
      gram[other * ranks.length + one] = sum;
      column += width;
    }
    row += height;
  }
  return gram;
}
