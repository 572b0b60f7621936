/* oxlint-disable typescript/no-non-null-assertion -- Index loops over typed arrays: every index is inside by construction. */
import { spectrumSeeds } from '#protocol/spectrumSeeds.ts';
import { add, inner, lengthOf } from './orthonormal.ts';
import type { Apply } from './ritz.ts';
import { fillNormal } from './seededRows.ts';

/** Random vectors: the chance that the bound is none is 10⁻¹⁰. */
const draws = 10;
const powers = 6;

/**
 * How far the square roots of the leading Ritz values θ of a symmetric A may be below those of its eigenvalues. In the
 * basis of the Ritz vectors and what is orthogonal to them, A is [[Θ, Rᵀ], [R, C]] with ‖R‖ ≤ `residual` and ‖C‖ ≤
 * `beside`. At most i − 1 eigenvalues of the two diagonal blocks are above max(θᵢ, ‖C‖), so by Weyl's inequality
 * θᵢ ≤ λᵢ ≤ max(θᵢ, ‖C‖) + ‖R‖.
 */
export function spectrumBound(
  values: Float64Array,
  { residual, beside }: { readonly residual: number; readonly beside: number },
): number {
  const errors = values.map((value) => Math.sqrt(Math.max(value, beside) + residual) - Math.sqrt(value));
  return errors.reduce((most, error) => Math.max(most, error), 0);
}

/**
 * An upper bound of ‖C‖, what A is beside the span of some orthonormal rows: ‖Cᵗ‖ ≤ 10·√(2/π)·max‖Cᵗω‖ over ten normal
 * vectors ω but for a chance of 10⁻¹⁰ (Halko, Martinsson and Tropp 2011, lemma 4.1, for the power Cᵗ).
 */
export function largestBeside(
  vectors: Float64Array,
  { count, size, apply }: { readonly count: number; readonly size: number; readonly apply: Apply },
): number {
  let rows: Float64Array = new Float64Array(draws * size);
  fillNormal(rows, spectrumSeeds.bound);
  const row = (index: number) => rows.subarray(index * size, (index + 1) * size);
  const project = () => {
    for (let draw = 0; draw < draws; draw++) {
      for (let at = 0; at < count; at++) {
        const vector = vectors.subarray(at * size, (at + 1) * size);
        add(row(draw), vector, -inner(row(draw), vector));
      }
    }
  };
  project();
  let logarithm = 0; // Of what the rows have been divided by.
  for (let power = 0; power < powers; power++) {
    rows = apply(rows, draws);
    project();
    const length = longest(rows, size);
    if (length === 0) return 0;
    logarithm += Math.log(length);
    rows = rows.map((value) => value / length);
  }
  return Math.exp((logarithm + Math.log(10 * Math.sqrt(2 / Math.PI))) / powers);
}

function longest(rows: Float64Array, size: number): number {
  return Array.from({ length: draws }, (_, index) =>
    lengthOf(rows.subarray(index * size, (index + 1) * size)),
  ).reduce((most, length) => Math.max(most, length), 0);
}
