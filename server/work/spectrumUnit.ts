import { Matrix, SingularValueDecomposition } from 'ml-matrix';
import { factorScratch, loadRows } from './factorRows.ts';
import type { FactorOperand, LowRankOperand, SpectrumItem, Statistics } from './job.ts';
import { carve, float64At, type Station } from './station.ts';
import { emptyStatistics } from './statistics.ts';
import type { Region } from './tasks.ts';

/** Rows that join the triangle at once, at least. */
const leastRows = 256;

/**
 * Singular values of Σ scale · left · right without multiplying out: left = Q₁R₁ and rightᵀ = Q₂R₂ in pieces
 * (TSQR), and the singular values of R₁R₂ᵀ are those of the sum. Float64 throughout.
 */
export function spectrumUnit(station: Station, { terms, rows, columns }: SpectrumItem): Statistics {
  const left = triangle(station, terms, {
    rows,
    side: ({ left, scale }) => ({ factor: left, transposed: left.transposed, scale }),
  });
  const right = triangle(station, terms, {
    rows: columns,
    side: ({ right }) => ({ factor: right, transposed: !right.transposed, scale: 1 }),
  });
  station.check();
  const core = left.mmul(right.transpose());
  return { ...emptyStatistics(0), singularValues: singularValues(core).slice(0, Math.min(rows, columns)) };
}

/** Descending. All NaN where a value is not finite: the iteration would not end. */
function singularValues(core: Matrix): Float64Array {
  if (core.rows === 0) return new Float64Array();
  if (!core.to1DArray().every(Number.isFinite)) return new Float64Array(core.rows).fill(Number.NaN);
  const decomposition = new SingularValueDecomposition(core, {
    computeLeftSingularVectors: false,
    computeRightSingularVectors: false,
    autoTranspose: true,
  });
  return Float64Array.from(decomposition.diagonal).toSorted((a, b) => b - a);
}

interface Side {
  readonly rows: number;
  readonly side: (term: LowRankOperand) => {
    readonly factor: FactorOperand;
    readonly transposed: boolean;
    readonly scale: number;
  };
}

/** R of the terms' factors side by side; each piece of rows is triangularised together with the R so far. */
function triangle(station: Station, terms: readonly LowRankOperand[], { rows, side }: Side): Matrix {
  const rank = terms.reduce((sum, term) => sum + term.rank, 0);
  const atOnce = Math.max(leastRows, rank);
  const { matrix, block, loading } = divide(station.scratch, rank);
  float64At(station, matrix, rank * rank).fill(0);
  for (let start = 0; start < rows; start += atOnce) {
    const count = Math.min(atOnce, rows - start);
    let column = 0;
    for (const term of terms) {
      const { factor, transposed, scale } = side(term);
      const range = { start, count, scale, precision: 'F64', target: block } as const;
      loadRows({ ...station, scratch: loading }, factor, { ...range, transposed });
      const values = float64At(station, block, count * term.rank);
      const into = float64At(station, matrix, (rank + count) * rank);
      for (let row = 0; row < count; row++) {
        into.set(values.subarray(row * term.rank, (row + 1) * term.rank), (rank + row) * rank + column);
      }
      column += term.rank;
    }
    station.check();
    station.kernels.triangularize(matrix, rank + count, rank);
  }
  return Matrix.from1DArray(rank, rank, Array.from(float64At(station, matrix, rank * rank)));
}

/** Scratch for a spectrum item, in bytes. */
export function spectrumScratch({ terms }: SpectrumItem): number {
  const rank = terms.reduce((sum, term) => sum + term.rank, 0);
  const atOnce = Math.max(leastRows, rank);
  return factorScratch + 8 * rank * (rank + 2 * atOnce) + 1024;
}

function divide(scratch: Region, rank: number) {
  const atOnce = Math.max(leastRows, rank);
  const take = carve(scratch);
  return {
    matrix: take(8 * rank * (rank + atOnce)),
    block: take(8 * rank * atOnce),
    loading: { pointer: take(factorScratch), bytes: factorScratch },
  };
}
