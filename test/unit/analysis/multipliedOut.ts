import { readFileSync } from 'node:fs';
import { Matrix, SingularValueDecomposition } from 'ml-matrix';
import type { DirectionTensor } from '../../../server/directions/term.ts';
import type { StoredTensor } from '../../../server/tensors/storedTensor.ts';
import { evaluateTerms } from '../../support/evaluateTerms.ts';
import { valuesOf } from '../../support/readTensors.ts';

/** w on one tensor as a plain float64 matrix: what the factored forms have to agree with. */
export function multipliedOut({ terms, shape }: DirectionTensor): Matrix {
  const columns = shape.at(-1) ?? 1;
  const sum = Matrix.zeros(shape.reduce((count, size) => count * size, 1) / columns, columns);
  for (const term of terms) {
    const values = Matrix.from1DArray(sum.rows, columns, evaluateTerms([term], sum.size));
    sum.add(values);
  }
  return sum;
}

export function singularValues(matrix: Matrix): readonly number[] {
  return new SingularValueDecomposition(matrix, { autoTranspose: true }).diagonal.toSorted((a, b) => b - a);
}

/** The values of a stored tensor, the last dimension along a row. */
export function read({ file, offset, bytes, dtype, shape }: StoredTensor): Matrix {
  const values = valuesOf({ dtype, shape, bytes: readFileSync(file).subarray(offset, offset + bytes) });
  const columns = shape.at(-1) ?? 1;
  return Matrix.from1DArray(values.length / columns, columns, values);
}
