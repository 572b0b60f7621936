/* oxlint-disable typescript/no-non-null-assertion -- Index loops over typed arrays: every index is inside by construction. */
import { spectrumSeeds } from '#protocol/spectrumSeeds.ts';
import { panelBytes } from '../kernels/kernels.ts';
import type { DecomposeItem } from './spectrumItems.ts';
import { blockScratch, eachBlock, longMatrix, rowsAtOnce, squaresOf } from './longRows.ts';
import { orthonormalize } from './orthonormal.ts';
import { type Apply, ritzPairs } from './ritz.ts';
import { fillSeeded } from './seededRows.ts';
import { largestBeside, spectrumBound } from './spectrumBound.ts';
import { carve, float64At, type Station } from './station.ts';
import type { Region } from './tasks.ts';

/** Singular values that are told, and vectors that are iterated for their sake. */
const told = 64;
const iterated = 80;
/** Passes over the matrix, each a product with WᵀW: as Halko, Martinsson and Tropp (2011, 4.5) with the exponent 4. */
const passes = 5;

export interface LeadingSpectrum {
  /** Descending; none is larger than the true one. */
  readonly sigma: Float64Array;
  /** Right singular vectors of the long matrix, a row for each. */
  readonly vectors: Float64Array;
  /** Σσ² over all of them. */
  readonly squares: number;
  /** No `sigma` is off by more. */
  readonly error: number;
}

/** Scratch for a leading spectrum, in bytes. */
export function leadingScratch(item: DecomposeItem): number {
  const matrix = longMatrix(item);
  const { small } = matrix;
  return (
    blockScratch(matrix) +
    panelBytes(rowsAtOnce, small) +
    panelBytes(rowsAtOnce, iterated) +
    8 * iterated * (2 * small + rowsAtOnce) +
    1024
  );
}

/** The leading singular values of a matrix that is too large for its Gram matrix; it passes through the memory some ten times. */
export function leadingSpectrum(station: Station, item: DecomposeItem, scratch: Region): LeadingSpectrum {
  const { small: size } = longMatrix(item);
  const { apply, squares } = products(station, item, scratch);
  const count = Math.min(iterated, size);
  let rows: Float64Array = new Float64Array(count * size);
  fillSeeded(rows, spectrumSeeds.start);
  for (let pass = 0; pass < passes; pass++) {
    orthonormalize(rows, count, size);
    rows = apply(rows, count);
    if (!Number.isFinite(squares())) return notFinite(Math.min(told, size));
  }
  const { values, vectors, residual } = ritzPairs(rows, { count, size, apply });
  const kept = values.map((value) => Math.max(0, value));
  const captured = kept.reduce((sum, value) => sum + value, 0);
  const beside = Math.min(squares() - captured, largestBeside(vectors, { count, size, apply }));
  const leading = kept.subarray(0, Math.min(told, size));
  return {
    sigma: leading.map(Math.sqrt),
    vectors,
    squares: squares(),
    error: spectrumBound(leading, { residual, beside: Math.max(0, beside) }),
  };
}

function notFinite(count: number): LeadingSpectrum {
  const none = Number.NaN;
  const vectors = new Float64Array();
  return { sigma: new Float64Array(count).fill(none), vectors, squares: none, error: none };
}

/** The product with WᵀW as a pass over the file; the first one also adds up the squares. */
function products(
  station: Station,
  item: DecomposeItem,
  scratch: Region,
): { readonly apply: Apply; readonly squares: () => number } {
  const matrix = longMatrix(item);
  const { small: size } = matrix;
  const take = carve(scratch);
  const reading = { pointer: take(blockScratch(matrix)), bytes: blockScratch(matrix) };
  const [panels, images] = [take(panelBytes(rowsAtOnce, size)), take(panelBytes(rowsAtOnce, iterated))];
  const [from, to] = [take(8 * iterated * size), take(8 * iterated * size)];
  const block = take(8 * iterated * rowsAtOnce);
  let squares: number | undefined;
  const apply: Apply = (rows, many) => {
    float64At(station, from, many * size).set(rows);
    float64At(station, to, many * size).fill(0);
    let sum = 0;
    eachBlock({ ...station, scratch: reading }, item, ({ values, start, count }) => {
      if (squares === undefined) sum += squaresOf(station, { values, start, count }, size);
      float64At(station, block, count * many).fill(0);
      const sides = { dtype: 'F64', left: values, right: from, target: block } as const;
      station.kernels.multiply({ ...sides, rows: count, columns: many, rank: size, scale: 1 });
      station.kernels.packPanels(block, count, many, images);
      station.kernels.packPanels(values, count, size, panels);
      const packed = { left: images, rows: many, right: panels, columns: size };
      station.kernels.addPanels({ ...packed, count, target: to, upper: false });
    });
    squares ??= sum;
    return Float64Array.from(float64At(station, to, many * size));
  };
  return { apply, squares: () => squares ?? 0 };
}
