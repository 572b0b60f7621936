/* oxlint-disable typescript/no-non-null-assertion -- Index loops over typed arrays: every index is inside by construction. */
import { panelBytes, type Pointer } from '../kernels/kernels.ts';
import type { DecomposeItem } from './spectrumItems.ts';
import { blockScratch, eachBlock, longMatrix, rowsAtOnce } from './longRows.ts';
import { carve, float64At, type Station } from './station.ts';
import type { Region } from './tasks.ts';
import { tridiagonalValues } from './tridiagonalValues.ts';

/** Columns that are done between two looks whether the run is over. */
const columnsPerCheck = 32;

/** Scratch for a Gram matrix and its eigenvalues, in bytes. */
export function gramScratch(item: DecomposeItem): number {
  const { small } = longMatrix(item);
  return (
    8 * small * small + blockScratch(longMatrix(item)) + panelBytes(rowsAtOnce, small) + 56 * small + 1024
  );
}

export interface Gram {
  /** Symmetric, [size, size], both triangles filled. */
  readonly matrix: Pointer;
  readonly size: number;
  /** Descending; not below 0. All NaN where a value is not finite. */
  readonly eigenvalues: Float64Array;
  /** Σσ² */
  readonly trace: number;
}

/** WᵀW, or WWᵀ where that is smaller, in float64, with its eigenvalues: squares of singular values, off by some roundings of the largest. */
export function openGram(station: Station, item: DecomposeItem, scratch: Region): Gram {
  const { small: size } = longMatrix(item);
  const take = carve(scratch);
  const matrix = take(8 * size * size);
  const reading = { pointer: take(blockScratch(longMatrix(item))), bytes: blockScratch(longMatrix(item)) };
  const panels = take(panelBytes(rowsAtOnce, size));
  float64At(station, matrix, size * size).fill(0);
  eachBlock({ ...station, scratch: reading }, item, ({ values, count }) => {
    station.kernels.packPanels(values, count, size, panels);
    const sides = { left: panels, rows: size, right: panels, columns: size };
    station.kernels.addPanels({ ...sides, count, target: matrix, upper: true });
  });
  const diagonal = mirror(float64At(station, matrix, size * size), size);
  const trace = diagonal.reduce((sum, value) => sum + value, 0);
  if (!Number.isFinite(trace))
    return { matrix, size, eigenvalues: new Float64Array(size).fill(Number.NaN), trace };
  const vectors = take(48 * size);
  const eigenvalues = eigenvaluesOf(station, { matrix, size, vectors });
  restore(float64At(station, matrix, size * size), diagonal);
  return { matrix, size, eigenvalues, trace };
}

function eigenvaluesOf(
  station: Station,
  { matrix, size, vectors }: { readonly matrix: Pointer; readonly size: number; readonly vectors: Pointer },
): Float64Array {
  const [diagonal, off, scratch] = [vectors, vectors + 8 * size, vectors + 16 * size];
  for (let from = 0; from < size; from += columnsPerCheck) {
    station.check();
    const to = Math.min(size, from + columnsPerCheck);
    station.kernels.tridiagonalize({ matrix, size, diagonal, off, scratch, from, to });
  }
  const values = tridiagonalValues(float64At(station, diagonal, size), float64At(station, off, size));
  return values.map((value) => Math.max(0, value)).toReversed();
}

/** Copies what is above the diagonal below it; returns the diagonal. */
function mirror(matrix: Float64Array, size: number): Float64Array {
  for (let i = 1; i < size; i++) for (let j = 0; j < i; j++) matrix[i * size + j] = matrix[j * size + i]!;
  return Float64Array.from({ length: size }, (_, index) => matrix[index * (size + 1)]!);
}

/** The upper triangle and the diagonal again. */
function restore(matrix: Float64Array, diagonal: Float64Array): void {
  const size = diagonal.length;
  for (let i = 0; i < size; i++) {
    matrix[i * (size + 1)] = diagonal[i]!;
    for (let j = i + 1; j < size; j++) matrix[i * size + j] = matrix[j * size + i]!;
  }
}
