import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { afterEach, describe, expect, test } from 'vitest';
import { panelBytes } from '../../../server/kernels/kernels.ts';
import { tridiagonalValues } from '../../../server/work/tridiagonalValues.ts';
import { randomNumbers } from '../work/reference.ts';
import { Arena } from './arena.ts';

const arena = new Arena();
afterEach(() => arena.clear());

describe('products of panels', () => {
  test.each([
    [4, 4, 1],
    [1, 3, 2],
    [7, 9, 5],
    [12, 8, 33],
    [5, 5, 0],
  ])(
    '%i by %i over %i rows are added to the target, and nothing around it is touched',
    (rows, columns, count) => {
      const [left, right] = [numbers(count * rows, 1), numbers(count * columns, 2)];
      const target = arena.putNumbers(numbers(rows * columns, 3));
      const before = Matrix.from1DArray(rows, columns, [...arena.numbers(target, rows * columns)]);
      const around = arena.surroundings(target, 8 * rows * columns);
      const packed = { left: pack(left, count, rows), right: pack(right, count, columns) };
      arena.kernels.addPanels({ ...packed, rows, columns, count, target, upper: false });
      const product =
        count === 0
          ? Matrix.zeros(rows, columns)
          : Matrix.from1DArray(count, rows, left)
              .transpose()
              .mmul(Matrix.from1DArray(count, columns, right));
      const found = Matrix.from1DArray(rows, columns, [...arena.numbers(target, rows * columns)]);
      expect(Matrix.sub(found, before.add(product)).norm('frobenius')).toBeLessThan(1e-13);
      expect(arena.surroundings(target, 8 * rows * columns)).toEqual(around);
    },
  );

  test.each([3, 4, 10])(
    'of one matrix of %i columns have all that is on and above the diagonal',
    (columns) => {
      const values = numbers(6 * columns, 4);
      const panels = pack(values, 6, columns);
      const target = arena.zeros(columns * columns);
      const sides = { left: panels, right: panels, rows: columns, columns, count: 6 };
      arena.kernels.addPanels({ ...sides, target, upper: true });
      const gram = Matrix.from1DArray(6, columns, values);
      const expected = gram.transpose().mmul(gram);
      const found = arena.numbers(target, columns * columns);
      for (let i = 0; i < columns; i++)
        for (let j = i; j < columns; j++) expect(found[i * columns + j]).toBeCloseTo(expected.get(i, j), 12);
    },
  );
});

describe.each([1, 2, 3, 8, 41])('a symmetric matrix of size %i', (size) => {
  test.each([
    ['of random numbers', (i: number, j: number) => Math.sin(1 + i * j + i + j)],
    ['of ones', () => 1],
    ['of zeros', () => 0],
    ['that is diagonal', (i: number, j: number) => (i === j ? i - 2 : 0)],
    ['of a wide range', (i: number, j: number) => 2 ** (-3 * (i + j))],
  ])('%s keeps its eigenvalues when it becomes tridiagonal, whatever the steps', (_, valueAt) => {
    const values = Array.from({ length: size * size }, (_, n) => valueAt(Math.floor(n / size), n % size));
    const expected = new EigenvalueDecomposition(Matrix.from1DArray(size, size, values), {
      assumeSymmetric: true,
    }).realEigenvalues.toSorted((a, b) => a - b);
    for (const step of [1, 3, size]) {
      const found = eigenvalues(values, size, step);
      const largest = Math.max(...expected.map(Math.abs), 1e-300);
      found.forEach((value, n) =>
        expect(Math.abs(value - expected[n]!)).toBeLessThanOrEqual(1e-13 * largest),
      );
    }
  });
});

function eigenvalues(values: readonly number[], size: number, step: number): Float64Array {
  // What is below the diagonal is not read.
  const upper = values.map((value, n) => (n % size < Math.floor(n / size) ? Number.NaN : value));
  const matrix = arena.putNumbers(upper);
  const [diagonal, off, scratch] = [arena.take(size, 8), arena.take(size, 8), arena.take(4 * size, 8)];
  for (let from = 0; from < size; from += step) {
    const to = Math.min(size, from + step);
    arena.kernels.tridiagonalize({ matrix, size, diagonal, off, scratch, from, to });
  }
  return tridiagonalValues(arena.numbers(diagonal, size), arena.numbers(off, size));
}

function pack(values: readonly number[], count: number, columns: number) {
  const source = arena.putNumbers(values);
  const target = arena.take(panelBytes(count, columns) / 8, 8);
  arena.kernels.packPanels(source, count, columns, target);
  return target;
}

function numbers(count: number, seed: number): number[] {
  const random = randomNumbers(seed);
  return Array.from({ length: count }, () => random());
}
