import { Matrix } from 'ml-matrix';
import { afterEach, describe, expect, test } from 'vitest';
import { randomNumbers } from '../work/reference.ts';
import { Arena } from './arena.ts';
import { encode, firstDifference } from './formats.ts';

const arena = new Arena();
afterEach(() => arena.clear());

interface Shape {
  readonly rows: number;
  readonly columns: number;
  readonly rank: number;
}

const shapes: readonly Shape[] = [1, 2, 3, 5, 8, 33].flatMap((rows) =>
  [1, 2, 7, 31, 33, 70].flatMap((columns) => [0, 1, 2, 3, 64].map((rank) => ({ rows, columns, rank }))),
);

describe.each(['F32', 'F64'] as const)('%s', (dtype) => {
  const scale = -0.7;

  test('products are summed in the order that defines them, and added to the target', () => {
    for (const shape of shapes) {
      const { left, right, pointers } = factors(shape);
      const before = Array.from({ length: shape.rows * shape.columns }, (_, n) => n / 3);
      const target = arena.putNumbers(before);
      const around = arena.surroundings(target, 8 * before.length);
      arena.kernels.multiply({ dtype, ...shape, ...pointers, scale, target });
      const expected = before.map((value, n) => {
        const row = Math.floor(n / shape.columns) * shape.rank;
        const column = (n % shape.columns) * shape.rank;
        const inner = innerProduct(
          left.slice(row, row + shape.rank),
          right.slice(column, column + shape.rank),
        );
        return value + scale * inner;
      });
      expect(firstDifference(arena.numbers(target, before.length), expected)).toBeUndefined();
      expect(arena.surroundings(target, 8 * before.length)).toEqual(around);
      arena.clear();
    }
  });

  test('single elements are the same to the bit, in any order', () => {
    for (const shape of shapes) {
      const { pointers } = factors(shape);
      const count = shape.rows * shape.columns;
      const whole = arena.putNumbers(Array(count).fill(0.5));
      arena.kernels.multiply({ dtype, ...shape, ...pointers, scale, target: whole });
      const order = Array.from({ length: count }, (_, n) => (n * 7919 + 3) % count);
      const indexes = arena.take(count, 4);
      arena.words(indexes, count).set(order);
      const target = arena.putNumbers(Array(count).fill(0.5));
      arena.kernels.multiplyAt({ dtype, ...shape, ...pointers, scale, target, indexes, count });
      const expected = order.map((index) => arena.numbers(whole, count)[index]!);
      expect(firstDifference(arena.numbers(target, count), expected)).toBeUndefined();
      arena.clear();
    }
  });

  test.each([
    ['ordinary', (random: () => number) => random()],
    ['subnormal in float32', (random: () => number) => random() * 2 ** -140],
    [
      'of squares that vanish',
      (random: () => number) => random() * (dtype === 'F64' ? 2 ** -800 : 2 ** -149),
    ],
    [
      'of squares that overflow',
      (random: () => number) => random() * (dtype === 'F64' ? 2 ** 700 : 2 ** 127),
    ],
    ['zero', () => 0],
    ['zero but for the last', (random: () => number, last: boolean) => (last ? random() : 0)],
  ])('norms of rows of %s values are upper bounds, and hardly more', (_, valueOf) => {
    const random = randomNumbers(3);
    for (const columns of [0, 1, 2, 3, 63, 64, 1000]) {
      const rows = 5;
      const values = Array.from({ length: rows * columns }, (_, n) =>
        valueOf(random, (n + 1) % columns === 0),
      );
      const matrix = arena.putBits(
        dtype,
        values.map((value) => encode(dtype, value)),
      );
      const norms = arena.take(rows, 8);
      arena.kernels.rowNorms(dtype, matrix, rows, columns, norms);
      arena.numbers(norms, rows).forEach((norm, row) => {
        const stored = values
          .slice(row * columns, (row + 1) * columns)
          .map((value) => (dtype === 'F32' ? Math.fround(value) : value));
        expect(norm === Infinity || squaresAtMost(stored, norm)).toBe(true);
        const atMost = Math.sqrt(columns) * (1 + 1e-9) * Math.hypot(...stored) + Number.MIN_VALUE;
        expect(norm === Infinity ? Math.max(...stored.map(Math.abs)) > 2 ** 500 : norm <= atMost).toBe(true);
      });
      arena.clear();
    }
  });

  test('a row with NaN has no norm', () => {
    const matrix = arena.putBits(
      dtype,
      [1, Number.NaN, 1].map((value) => encode(dtype, value)),
    );
    const norms = arena.take(3, 8);
    arena.kernels.rowNorms(dtype, matrix, 3, 1, norms);
    expect(arena.numbers(norms, 3)[1]).toBeNaN();
  });

  function factors({ rows, columns, rank }: Shape) {
    const random = randomNumbers(rows + columns * rank);
    const values = (count: number) =>
      Array.from({ length: count }, () => (dtype === 'F32' ? Math.fround(random()) : random()));
    const [left, right] = [values(rows * rank), values(columns * rank)];
    const [leftBits, rightBits] = [left, right].map((side) => side.map((value) => encode(dtype, value)));
    const pointers = { left: arena.putBits(dtype, leftBits!, 1), right: arena.putBits(dtype, rightBits!, 1) };
    return { left, right, pointers };
  }
});

describe('a triangular factor', () => {
  test.each([
    [1, 1],
    [3, 1],
    [1, 5],
    [7, 7],
    [5, 9],
    [200, 3],
    [63, 10],
    [64, 10],
    [65, 10],
    [300, 65],
    [130, 128],
  ])('of %d × %d has the products of columns that the matrix has', (rows, columns) => {
    const random = randomNumbers(rows * columns);
    const values = Array.from({ length: rows * columns }, () => random());
    expectFactor(values, rows, columns, 1e-13 * rows);
  });

  test.each([
    ['huge', 2 ** 1000],
    ['tiny', 2 ** -1000],
    ['subnormal', 2 ** -1060],
  ])('of %s values is as good', (_, size) => {
    const random = randomNumbers(5);
    const values = Array.from({ length: 90 * 6 }, () => Math.round(64 * random()) * size);
    const found = triangle(values, 90, 6).map((value) => value / size);
    const expected = triangle(
      values.map((value) => value / size),
      90,
      6,
    );
    // Subnormals have few digits: their rounding is the only difference.
    found.forEach((value, n) =>
      expect(Math.abs(value - expected[n]!)).toBeLessThan(size < 2 ** -1022 ? 1 : 1e-10),
    );
  });

  test.each([
    ['zeros', () => 0],
    ['equal columns', (row: number) => row + 1],
    ['a zero column', (row: number, column: number) => (column === 1 ? 0 : row * column + 1)],
    ['a triangle', (row: number, column: number) => (row > column ? 0 : 1 + column)],
  ])('of %s', (_, valueOf) => {
    const values = Array.from({ length: 80 * 4 }, (_, n) => valueOf(Math.floor(n / 4), n % 4));
    expectFactor(values, 80, 4, 1e-9);
  });

  test.each([Number.NaN, Infinity])('of a matrix with %d is not finite, and comes to an end', (value) => {
    const values = Array.from({ length: 70 * 3 }, (_, n) => (n === 100 ? value : n));
    expect(triangle(values, 70, 3).every(Number.isFinite)).toBe(false);
  });

  test('touches nothing else', () => {
    const matrix = arena.putNumbers(
      Array.from({ length: 99 * 5 }, (_, n) => n % 17),
      1,
    );
    const around = arena.surroundings(matrix, 99 * 5 * 8);
    arena.kernels.triangularize(matrix, 99, 5);
    expect(arena.surroundings(matrix, 99 * 5 * 8)).toEqual(around);
  });
});

/** R is triangular with zeros below, and RᵀR = AᵀA. */
function expectFactor(values: readonly number[], rows: number, columns: number, tolerance: number): void {
  const found = triangle(values, rows, columns);
  found.forEach((value, n) => {
    if (Math.floor(n / columns) > n % columns) expect(value).toBe(0);
  });
  const factor = Matrix.from1DArray(rows, columns, found);
  const matrix = Matrix.from1DArray(rows, columns, [...values]);
  const gram = matrix.transpose().mmul(matrix);
  const off = Matrix.sub(factor.transpose().mmul(factor), gram);
  expect(off.norm('frobenius')).toBeLessThanOrEqual(tolerance * gram.norm('frobenius'));
}

function triangle(values: readonly number[], rows: number, columns: number): number[] {
  const matrix = arena.putNumbers(values);
  arena.kernels.triangularize(matrix, rows, columns);
  return [...arena.numbers(matrix, rows * columns)];
}

/** Even elements one after the other, odd ones likewise, then the two sums, then the last of an odd number. */
function innerProduct(left: readonly number[], right: readonly number[]): number {
  const even = left.length - (left.length % 2);
  const sums = [0, 0];
  for (let j = 0; j < even; j++) sums[j % 2]! += left[j]! * right[j]!;
  return sums[0]! + sums[1]! + (even < left.length ? left[even]! * right[even]! : 0);
}

/** Whether Σ value² ≤ norm², exactly: all numbers are integers in units of the smallest float64. */
function squaresAtMost(values: readonly number[], norm: number): boolean {
  const squares = values.reduce((sum, value) => sum + integer(value) ** 2n, 0n);
  return squares <= integer(norm) ** 2n;
}

function integer(value: number): bigint {
  const [bits = 0n] = new BigUint64Array(Float64Array.of(Math.abs(value)).buffer);
  const exponent = bits >> 52n;
  const mantissa = bits & ((1n << 52n) - 1n);
  return exponent === 0n ? mantissa : (mantissa | (1n << 52n)) << (exponent - 1n);
}
