/* oxlint-disable typescript/no-non-null-assertion -- Index loops over typed arrays: every index is inside by construction. */
import { type Apply, type RitzPairs, ritzPairs } from './ritz.ts';
import { fillSeeded } from './seededRows.ts';

/** Vectors beyond the wanted ones, so that the last of these converges as well. */
export const guardVectors = 16;
/** Multiplications with the matrix, of all vectors together. */
const mostProducts = 300;
/** Of what the first vector grows to beside the last, so that rounding does not drown the last. */
const mostGrowth = 1e10;
/** Share of the trace that the vectors may leave of what the best ones have. */
const tolerance = 1e-13;

/**
 * Vectors of the `count` largest eigenvalues of a symmetric, positive matrix whose eigenvalues, descending, are known:
 * subspace iteration with Chebyshev polynomials that are small on what is not wanted (Saad 2011, 5.3). It ends when the
 * vectors have of the trace what the eigenvalues say, or after a fixed number of products.
 */
export function leadingVectors(
  eigenvalues: Float64Array,
  { count, apply, check }: { readonly count: number; readonly apply: Apply; readonly check: () => void },
): RitzPairs {
  const size = eigenvalues.length;
  const width = Math.min(size, count + guardVectors);
  const best = sum(eigenvalues, count);
  const enough = best - tolerance * sum(eigenvalues, size);
  const bound = Math.max(eigenvalues[width] ?? 0, 1e-12 * eigenvalues[0]!);
  const degree = degreeFor(eigenvalues[0]! / bound);
  let rows: Float64Array = new Float64Array(width * size);
  fillSeeded(rows, 0);
  for (let products = 0; ; products += degree + 1) {
    check();
    const pairs = ritzPairs(rows, { count: width, size, apply });
    const last = products > mostProducts || width === size || bound <= 0;
    if (last || (products > 0 && sum(pairs.values, count) >= enough)) return pairs;
    rows = filtered(pairs.vectors, { width, apply, bound, degree });
  }
}

/** The highest degree up to 12 at which the largest eigenvalue, as a multiple of the bound, does not grow too much. */
function degreeFor(ratio: number): number {
  const x = 2 * ratio - 1;
  let [before, value] = [1, x];
  let degree = 1;
  while (degree < 12 && 2 * x * value - before < mostGrowth) {
    [before, value] = [value, 2 * x * value - before];
    degree++;
  }
  return degree;
}

/** T(2A / bound − 1) · rows for the Chebyshev polynomial of this degree, by its recurrence. */
function filtered(
  rows: Float64Array,
  {
    width,
    apply,
    bound,
    degree,
  }: {
    readonly width: number;
    readonly apply: Apply;
    readonly bound: number;
    readonly degree: number;
  },
): Float64Array {
  const mapped = (from: Float64Array) =>
    apply(from, width).map((value, index) => (2 * value) / bound - from[index]!);
  let before = rows;
  let current = mapped(rows);
  for (let n = 1; n < degree; n++) {
    const next = mapped(current);
    for (const [index, value] of before.entries()) next[index] = 2 * next[index]! - value;
    [before, current] = [current, next];
  }
  return current;
}

function sum(values: Float64Array, count: number): number {
  return values.subarray(0, count).reduce((total, value) => total + Math.max(0, value), 0);
}
