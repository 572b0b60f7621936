/* oxlint-disable typescript/no-non-null-assertion -- Index loops over typed arrays: every index is inside by construction. */
import { EigenvalueDecomposition, Matrix } from 'ml-matrix';

export interface EigenPairs {
  /** Descending. */
  readonly values: Float64Array;
  /** A row for each, of length 1. */
  readonly vectors: Float64Array;
}

/** All eigenvalues and vectors of a small symmetric matrix [size, size], in float64. */
export function eigenPairs(matrix: Float64Array, size: number): EigenPairs {
  const values = new Float64Array(size);
  const vectors = new Float64Array(size * size);
  if (size === 0) return { values, vectors };
  const decomposition = new EigenvalueDecomposition(Matrix.from1DArray(size, size, Array.from(matrix)), {
    assumeSymmetric: true,
  });
  const found = decomposition.realEigenvalues;
  const order = [...found.keys()].toSorted((one, other) => found[other]! - found[one]!);
  for (const [at, from] of order.entries()) {
    values[at] = found[from]!;
    vectors.set(decomposition.eigenvectorMatrix.getColumn(from), at * size);
  }
  return { values, vectors };
}

/** rotation [count, from] · rows [from, width], as [count, width]. */
export function combined(
  rotation: Float64Array,
  rows: Float64Array,
  { count, from, width }: { readonly count: number; readonly from: number; readonly width: number },
): Float64Array {
  const result = new Float64Array(count * width);
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < from; j++) {
      const factor = rotation[i * from + j]!;
      const [into, source] = [i * width, j * width];
      for (let k = 0; k < width; k++) result[into + k]! += factor * rows[source + k]!;
    }
  }
  return result;
}
