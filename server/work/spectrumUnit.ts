import { Matrix, SingularValueDecomposition } from 'ml-matrix';
import { panelBytes, type Pointer } from '../kernels/kernels.ts';
import { choleskyTriangle } from './choleskyTriangle.ts';
import { factorScratch, loadRows } from './factorRows.ts';
import type { FactorOperand, LowRankOperand, Statistics } from './job.ts';
import type { SingularVectors, SpectrumItem } from './spectrumItems.ts';
import { lengthOf, scale } from './orthonormal.ts';
import { carve, float64At, type Station } from './station.ts';
import { emptyStatistics } from './statistics.ts';
import type { Region } from './tasks.ts';
import { vectorCount } from './vectorCount.ts';

/** Rows that join the triangle at once, at least. */
const leastRows = 256;

/**
 * Singular values of Σ scale · left · right without multiplying out: left = Q₁R₁ and rightᵀ = Q₂R₂ in pieces
 * (TSQR), and the singular values of R₁R₂ᵀ are those of the sum. Float64 throughout. Where no vectors are wanted, and the
 * factors are such that it is exact enough, R comes from Gram matrices, which takes half the time.
 */
export function spectrumUnit(station: Station, item: SpectrumItem): Statistics {
  const { terms, rows, columns } = item;
  const left = { rows, side: leftSide };
  const right = { rows: columns, side: rightSide };
  const fast = item.vectors === undefined;
  const triangleOf = (side: Side) =>
    (fast ? gramTriangle(station, terms, side) : undefined) ?? triangle(station, terms, side);
  const triangles = { left: triangleOf(left), right: triangleOf(right) };
  station.check();
  const core = triangles.left.mmul(triangles.right.transpose());
  const { singularValues, decomposition } = decomposed(core, item);
  const found = { ...emptyStatistics(0), singularValues };
  if (decomposition === undefined || item.vectors === undefined) return found;
  const squares = singularValues.reduce((sum, value) => sum + value ** 2, 0);
  const count = vectorCount(item.vectors, { sigma: singularValues, squares, floor: 1e-13 });
  const { leftSingularVectors: U, rightSingularVectors: V } = decomposition;
  // W = L·Rᵀ with L = Q₁R₁ and R = Q₂R₂, so that W·(Q₂v) = L·(R₂ᵀv): no inverse, and no Q.
  const lefts = images(station, terms, left, triangles.right.transpose().mmul(firstColumns(V, count)));
  const rights = images(station, terms, right, triangles.left.transpose().mmul(firstColumns(U, count)));
  return { ...found, singularVectors: unitVectors(lefts, rights, count) };
}

interface Found {
  readonly singularValues: Float64Array;
  readonly decomposition?: SingularValueDecomposition;
}

/** Descending. All NaN where a value is not finite: the iteration would not end. */
function decomposed(core: Matrix, { rows, columns, vectors }: SpectrumItem): Found {
  const most = Math.min(rows, columns, core.rows);
  if (core.rows === 0) return { singularValues: new Float64Array() };
  if (!core.to1DArray().every(Number.isFinite))
    return { singularValues: new Float64Array(most).fill(Number.NaN) };
  const decomposition = new SingularValueDecomposition(core, {
    computeLeftSingularVectors: vectors !== undefined,
    computeRightSingularVectors: vectors !== undefined,
    autoTranspose: true,
  });
  const sigma = Float64Array.from(decomposition.diagonal).toSorted((a, b) => b - a);
  return { singularValues: sigma.slice(0, most), decomposition };
}

/** One side of the terms: how many rows it has, and what each term's factor there is. */
interface Side {
  readonly rows: number;
  readonly side: (term: LowRankOperand) => {
    readonly factor: FactorOperand;
    readonly transposed: boolean;
    readonly scale: number;
  };
}

const leftSide: Side['side'] = ({ left, scale }) => ({ factor: left, transposed: left.transposed, scale });
const rightSide: Side['side'] = ({ right }) => ({ factor: right, transposed: !right.transposed, scale: 1 });

/** R from the Gram matrix of the terms' factors, in half the time of reflections, where that is exact enough. */
function gramTriangle(station: Station, terms: readonly LowRankOperand[], side: Side): Matrix | undefined {
  const rank = rankOf(terms);
  const { gram, panels } = divide(station.scratch, rank);
  float64At(station, gram, rank * rank).fill(0);
  let pieces = 0;
  eachPiece(station, terms, side, ({ values, count }) => {
    station.kernels.packPanels(values, count, rank, panels);
    const sides = { left: panels, rows: rank, right: panels, columns: rank };
    station.kernels.addPanels({ ...sides, count, target: gram, upper: true });
    pieces += 1;
  });
  // Sums within a piece, and sums of pieces.
  const rounding = ((Math.max(leastRows, rank) + pieces) * Number.EPSILON) / 2;
  const found = choleskyTriangle(float64At(station, gram, rank * rank), { size: rank, rounding });
  return found === undefined ? undefined : Matrix.from1DArray(rank, rank, Array.from(found));
}

/** R of the terms' factors side by side; each piece of rows is triangularised together with the R so far. */
function triangle(station: Station, terms: readonly LowRankOperand[], side: Side): Matrix {
  const rank = rankOf(terms);
  const { matrix } = divide(station.scratch, rank);
  float64At(station, matrix, rank * rank).fill(0);
  eachPiece(station, terms, side, ({ count }) => station.kernels.triangularize(matrix, rank + count, rank));
  return Matrix.from1DArray(rank, rank, Array.from(float64At(station, matrix, rank * rank)));
}

/** The terms' factors side by side, times a matrix [rank, count]: as [count, rows]. */
function images(
  station: Station,
  terms: readonly LowRankOperand[],
  side: Side,
  factors: Matrix,
): Float64Array {
  const rank = rankOf(terms);
  const { columns: vectors } = factors;
  const found = new Float64Array(vectors * side.rows);
  const { columns, products } = divide(station.scratch, rank);
  float64At(station, columns, vectors * rank).set(factors.transpose().to1DArray());
  eachPiece(station, terms, side, ({ values, start, count }) => {
    const target = float64At(station, products, count * vectors).fill(0);
    const sides = { dtype: 'F64', left: values, right: columns, target: products } as const;
    station.kernels.multiply({ ...sides, rows: count, columns: vectors, rank, scale: 1 });
    for (const [index, value] of target.entries())
      found[(index % vectors) * side.rows + start + Math.floor(index / vectors)] = value;
  });
  return found;
}

interface Piece {
  /** Float64 [count, rank], behind room for a triangle. */
  readonly values: Pointer;
  readonly start: number;
  readonly count: number;
}

/** Reads the terms' factors of one side, side by side, piece of rows by piece. */
function eachPiece(
  station: Station,
  terms: readonly LowRankOperand[],
  { rows, side }: Side,
  use: (piece: Piece) => void,
): void {
  const rank = rankOf(terms);
  const atOnce = Math.max(leastRows, rank);
  const { matrix, block, loading } = divide(station.scratch, rank);
  const at = matrix + 8 * rank * rank;
  for (let start = 0; start < rows; start += atOnce) {
    const count = Math.min(atOnce, rows - start);
    let column = 0;
    for (const term of terms) {
      const { factor, transposed, scale } = side(term);
      const range = { start, count, scale, precision: 'F64', target: block } as const;
      loadRows({ ...station, scratch: loading }, factor, { ...range, transposed });
      const values = float64At(station, block, count * term.rank);
      const into = float64At(station, at, count * rank);
      for (let row = 0; row < count; row++) {
        into.set(values.subarray(row * term.rank, (row + 1) * term.rank), row * rank + column);
      }
      column += term.rank;
    }
    station.check();
    use({ values: at, start, count });
  }
}

function firstColumns(matrix: Matrix, count: number): Matrix {
  return count === 0
    ? new Matrix(matrix.rows, 0)
    : matrix.subMatrix(0, matrix.rows - 1, 0, Math.min(count, matrix.columns) - 1);
}

/** Both sides come as σ times the vector. */
function unitVectors(left: Float64Array, right: Float64Array, count: number): SingularVectors {
  const values = new Float64Array(count);
  for (let index = 0; index < count; index++) {
    for (const side of [left, right]) {
      const width = side.length / count;
      const row = side.subarray(index * width, (index + 1) * width);
      values[index] = lengthOf(row);
      scale(row, 1 / lengthOf(row));
    }
  }
  return { values, left, right };
}

function rankOf(terms: readonly LowRankOperand[]): number {
  return terms.reduce((sum, term) => sum + term.rank, 0);
}

/** Scratch for a spectrum item, in bytes. */
export function spectrumScratch({ terms }: SpectrumItem): number {
  const rank = rankOf(terms);
  const atOnce = Math.max(leastRows, rank);
  return factorScratch + 24 * rank * (rank + atOnce) + panelBytes(atOnce, rank) + 1024;
}

function divide(scratch: Region, rank: number) {
  const atOnce = Math.max(leastRows, rank);
  const take = carve(scratch);
  return {
    matrix: take(8 * rank * (rank + atOnce)),
    block: take(8 * rank * atOnce),
    columns: take(8 * rank * rank),
    products: take(8 * rank * atOnce),
    gram: take(8 * rank * rank),
    panels: take(panelBytes(atOnce, rank)),
    loading: { pointer: take(factorScratch), bytes: factorScratch },
  };
}
