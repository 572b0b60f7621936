import { readFileSync } from 'node:fs';
import { Matrix, SingularValueDecomposition } from 'ml-matrix';
import type { Factor, DirectionTensor } from '../../../server/directions/term.ts';
import type { StoredTensor } from '../../../server/tensors/storedTensor.ts';
import { valuesOf } from '../../support/readTensors.ts';

/** w on one tensor as a plain float64 matrix: what the factored forms have to agree with. */
export function multipliedOut({ terms, shape }: DirectionTensor): Matrix {
  const columns = shape.at(-1) ?? 1;
  const sum = Matrix.zeros(shape.reduce((count, size) => count * size, 1) / columns, columns);
  for (const term of terms) {
    const product = term.kind === 'dense' ? read(term.tensor) : factor(term.left).mmul(factor(term.right));
    sum.add(product.mul(term.scale));
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

function factor({ tensor, transposed }: Factor): Matrix {
  return transposed ? read(tensor).transpose() : read(tensor);
}
