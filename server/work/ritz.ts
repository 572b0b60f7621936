/* oxlint-disable typescript/no-non-null-assertion -- Index loops over typed arrays: every index is inside by construction. */
import { inner, orthonormalize } from './orthonormal.ts';
import { combined, eigenPairs } from './symmetricVectors.ts';

/** target = A · rows for a symmetric A, row by row; both [count, size]. */
export type Apply = (rows: Float64Array, count: number) => Float64Array;

export interface RitzPairs {
  /** Descending: lower bounds of the largest eigenvalues of A. */
  readonly values: Float64Array;
  /** Orthonormal rows. */
  readonly vectors: Float64Array;
  /** ‖A·V − V·H‖, Frobenius. */
  readonly residual: number;
}

/** The best that the span of `count` rows knows of the eigenvectors of A (Rayleigh and Ritz); the rows are made orthonormal. */
export function ritzPairs(
  rows: Float64Array,
  { count, size, apply }: { readonly count: number; readonly size: number; readonly apply: Apply },
): RitzPairs {
  orthonormalize(rows, count, size);
  const images = apply(rows, count);
  const row = (of: Float64Array, index: number) => of.subarray(index * size, (index + 1) * size);
  const core = new Float64Array(count * count);
  for (let i = 0; i < count; i++) {
    for (let j = i; j < count; j++) {
      const value = inner(row(rows, i), row(images, j));
      core[i * count + j] = value;
      core[j * count + i] = value;
    }
  }
  const projected = combined(core, rows, { count, from: count, width: size });
  const squares = images.reduce((sum, value, index) => sum + (value - projected[index]!) ** 2, 0);
  const { values, vectors } = eigenPairs(core, count);
  return {
    values,
    vectors: combined(vectors, rows, { count, from: count, width: size }),
    residual: Math.sqrt(squares),
  };
}
