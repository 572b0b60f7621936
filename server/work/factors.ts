/* oxlint-disable typescript/no-non-null-assertion -- Index loops over typed arrays: every index is inside by construction. */
import type { Pointer } from '../kernels/kernels.ts';
import { loadRows } from './factorRows.ts';
import type { LowRankOperand } from './job.ts';
import type { Regions } from './regions.ts';
import { float32At, float64At, type Station } from './station.ts';
import type { Region } from './tasks.ts';
import { widths } from './widths.ts';

/** The right factors of an item's low-rank terms in the shared memory, as every unit of the item needs them. */
export interface RightFactors {
  readonly terms: readonly {
    readonly term: LowRankOperand;
    readonly dtype: 'F32' | 'F64';
    readonly right: Pointer;
  }[];
  /** All of them side by side, [columns, rank], for a device. */
  readonly joined?: Joined;
  readonly regions: readonly Region[];
}

export interface Joined {
  readonly precision: 'F32' | 'F64';
  readonly rank: number;
  readonly matrix: Pointer;
  /** Float64: upper bounds of the norms of the matrix's rows, and the largest of them. */
  readonly norms: Pointer;
  readonly largest: number;
}

/** The dtype in which the kernels take a term's factors without any loss. */
export function exactDType({ left, right }: LowRankOperand): 'F32' | 'F64' {
  return left.operand.dtype === 'F64' || right.operand.dtype === 'F64' ? 'F64' : 'F32';
}

interface Wanted {
  readonly columns: number;
  /** Of the device that will multiply; absent where the kernels will. */
  readonly precision?: 'F32' | 'F64' | undefined;
}

/** Reads each right factor once, whole: [rank, columns] in the file or transposed, [columns, rank] in memory. */
export function loadRightFactors(
  station: Station,
  regions: Regions,
  lowRank: readonly LowRankOperand[],
  { columns, precision }: Wanted,
): RightFactors {
  const taken: Region[] = [];
  const take = (bytes: number) => {
    const region = regions.take(bytes);
    taken.push(region);
    return region.pointer;
  };
  try {
    const terms = lowRank.map((term) => {
      const dtype = exactDType(term);
      const right = take(columns * term.rank * widths[dtype]);
      const range = { start: 0, count: columns, scale: 1, precision: dtype, target: right };
      loadRows(station, term.right, { ...range, transposed: !term.right.transposed });
      return { term, dtype, right };
    });
    if (precision === undefined || terms.length === 0) return { terms, regions: taken };
    return { terms, joined: join(station, terms, { columns, precision, take }), regions: taken };
  } catch (error) {
    for (const region of taken) regions.give(region);
    throw error;
  }
}

function join(
  station: Station,
  terms: RightFactors['terms'],
  {
    columns,
    precision,
    take,
  }: { columns: number; precision: 'F32' | 'F64'; take: (bytes: number) => Pointer },
): Joined {
  const rank = terms.reduce((sum, { term }) => sum + term.rank, 0);
  const norms = take(columns * 8);
  const [only] = terms;
  const matrix =
    terms.length === 1 && only?.dtype === precision ? only.right : take(columns * rank * widths[precision]);
  if (matrix !== only?.right) {
    const sides = terms.map(({ term, dtype, right }) => ({
      rank: term.rank,
      dtype,
      pointer: right,
      scale: 1,
    }));
    joinSides(station, sides, { rows: columns, precision, target: matrix });
  }
  station.kernels.rowNorms(precision, matrix, columns, rank, norms);
  return { precision, rank, matrix, norms, largest: largest(float64At(station, norms, columns)) };
}

export interface SidePart {
  readonly rank: number;
  readonly dtype: 'F32' | 'F64';
  readonly pointer: Pointer;
  readonly scale: number;
}

/** target[rows, Σ rank] = [scale · part | scale · part | …], each value computed in float64 and rounded once. */
export function joinSides(
  station: Station,
  parts: readonly SidePart[],
  {
    rows,
    precision,
    target,
  }: { readonly rows: number; readonly precision: 'F32' | 'F64'; readonly target: Pointer },
): void {
  const rank = parts.reduce((sum, part) => sum + part.rank, 0);
  const into = values(station, precision, target, rows * rank);
  let column = 0;
  for (const part of parts) {
    const from = values(station, part.dtype, part.pointer, rows * part.rank);
    for (let row = 0; row < rows; row++) {
      const start = row * rank + column;
      const first = row * part.rank;
      for (let k = 0; k < part.rank; k++) into[start + k] = part.scale * from[first + k]!;
    }
    column += part.rank;
  }
}

/** NaN where any of them is NaN. */
export function largest(norms: Float64Array): number {
  return norms.reduce((most, norm) => Math.max(most, norm), 0);
}

function values(
  station: Station,
  dtype: 'F32' | 'F64',
  pointer: Pointer,
  length: number,
): Float32Array | Float64Array {
  return dtype === 'F64' ? float64At(station, pointer, length) : float32At(station, pointer, length);
}
