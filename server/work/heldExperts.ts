/* oxlint-disable typescript/no-non-null-assertion -- Index loops over typed arrays: every index is inside by construction. */
import type { Pointer } from '../kernels/kernels.ts';
import { loadRows } from './factorRows.ts';
import type { ExpertsOperand, FactorOperand } from './job.ts';
import type { Regions } from './regions.ts';
import type { Rows } from './rows.ts';
import { float32At, float64At, type Station } from './station.ts';
import type { Region, TileTerm } from './tasks.ts';
import { widths } from './widths.ts';

/** Factors of all experts of a term, expert by expert: [expert][output][rank] and [expert][input][rank]. */
export interface HeldExperts {
  readonly term: ExpertsOperand;
  readonly dtype: 'F32' | 'F64';
  readonly outputs: Pointer;
  readonly inputs: Pointer;
  readonly regions: readonly Region[];
}

/** Reads both factors, each once, and puts the values of each expert together. Needs twice their size for a moment. */
export function holdExperts(station: Station, regions: Regions, term: ExpertsOperand): HeldExperts {
  const { rank, experts, A, B, transposed } = term;
  const dtype = A.dtype === 'F64' || B.dtype === 'F64' ? 'F64' : 'F32';
  const [outputs, inputs] = transposed ? [term.columns, term.rows] : [term.rows, term.columns];
  const values = { dtype, experts, rank } as const;
  const all = experts * rank;
  const ofB = { operand: B, rows: outputs, columns: all, transposed: false };
  const ofA = { operand: A, rows: all, columns: inputs, transposed: true };
  const b = gather(station, regions, {
    ...values,
    factor: ofB,
    length: outputs,
    columnOf: (e, j) => j * experts + e,
  });
  try {
    const a = gather(station, regions, {
      ...values,
      factor: ofA,
      length: inputs,
      columnOf: (e, j) => e * rank + j,
    });
    return { term, dtype, outputs: b.pointer, inputs: a.pointer, regions: [a, b] };
  } catch (error) {
    regions.give(b);
    throw error;
  }
}

interface Gathering {
  readonly dtype: 'F32' | 'F64';
  readonly experts: number;
  readonly rank: number;
  readonly factor: FactorOperand;
  /** Rows of the factor as it is wanted, which has experts · rank columns. */
  readonly length: number;
  readonly columnOf: (expert: number, of: number) => number;
}

function gather(station: Station, regions: Regions, gathering: Gathering): Region {
  const { dtype, experts, rank, factor, length, columnOf } = gathering;
  const all = experts * rank;
  const stored = regions.take(length * all * widths[dtype]);
  try {
    const range = { start: 0, count: length, scale: 1, precision: dtype, target: stored.pointer };
    loadRows(station, factor, { ...range, transposed: factor.transposed });
    const gathered = regions.take(stored.bytes);
    const view = dtype === 'F64' ? float64At : float32At;
    const [from, into] = [stored, gathered].map(({ pointer }) => view(station, pointer, length * all));
    let at = 0;
    for (let expert = 0; expert < experts; expert++) {
      for (let row = 0; row < length; row++) {
        for (let j = 0; j < rank; j++) into![at++] = from![row * all + columnOf(expert, j)]!;
      }
    }
    return gathered;
  } finally {
    regions.give(stored);
  }
}

/** The products of the experts that have rows in a unit. */
export function expertTerms(
  { term, dtype, outputs, inputs }: HeldExperts,
  { start, length }: Rows,
): TileTerm[] {
  const { scale, rank, rows, columns, transposed } = term;
  const [left, right] = transposed ? [inputs, outputs] : [outputs, inputs];
  const stride = rank * widths[dtype];
  const terms: TileTerm[] = [];
  for (let expert = Math.floor(start / rows); expert * rows < start + length; expert++) {
    const first = Math.max(start, expert * rows);
    const last = Math.min(start + length, (expert + 1) * rows);
    const here = { row: first - start, rows: last - first, left: left + first * stride };
    terms.push({ ...here, right: right + expert * columns * stride, scale, rank, dtype });
  }
  return terms;
}
