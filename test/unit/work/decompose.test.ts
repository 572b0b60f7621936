import { Matrix, SingularValueDecomposition } from 'ml-matrix';
import { describe, expect, test } from 'vitest';
import type { Statistics } from '../../../server/work/job.ts';
import type { DecomposeItem, SingularVectors } from '../../../server/work/spectrumItems.ts';
import { createWork } from '../../../server/work/work.ts';
import { Files } from './files.ts';
import { randomNumbers, roundTo } from './reference.ts';

const signal = new AbortController().signal;

describe.each([
  ['tall', 420, 300],
  ['wide', 290, 410],
  ['square', 270, 270],
  ['of few columns', 513, 9],
  ['of one row', 1, 70],
  ['of one column', 7, 1],
])('a stored matrix that is %s', (_, rows, columns) => {
  const values = decaying(rows, columns, 0.97);
  const exact = decomposition(values, rows, columns);

  test('has the singular values of its decomposition', async () => {
    const { singularValues, spectrumError, movingSquares } = await decompose(values, [rows, columns], {
      scale: -0.5,
    });
    const sigma = exact.diagonal.toSorted((a, b) => b - a);
    expect(singularValues).toHaveLength(Math.min(rows, columns));
    expect(farthest(singularValues!, sigma, 0.5)).toBeLessThan(1e-7 * sigma[0]!);
    expect(Math.sqrt(movingSquares)).toBeCloseTo(0.5 * Math.hypot(...sigma), 9);
    expect(spectrumError).toBeUndefined();
  });

  test('is best approximated by its leading vectors: the error is the tail', async () => {
    const rank = Math.min(5, rows, columns);
    const { singularVectors } = await decompose(values, [rows, columns], { vectors: { rank } });
    expect(singularVectors!.values).toHaveLength(rank);
    const sigma = exact.diagonal.toSorted((a, b) => b - a);
    const rest = Matrix.sub(
      Matrix.from1DArray(rows, columns, values),
      product(singularVectors!, rows, columns),
    );
    const tail = Math.hypot(...sigma.slice(rank));
    expect(rest.norm('frobenius')).toBeCloseTo(tail, 9);
    for (const side of [singularVectors!.left, singularVectors!.right])
      expect(offOrthonormal(side, rank)).toBeLessThan(1e-9);
  });
});

test('a planted rank is read back, and what is beyond it has no vectors', async () => {
  const [rows, columns] = [330, 280];
  const random = randomNumbers(5);
  const numbers = (count: number) => Array.from({ length: count }, () => random());
  const planted = Matrix.from1DArray(rows, 3, numbers(rows * 3)).mmul(
    Matrix.from1DArray(3, columns, numbers(3 * columns)),
  );
  const { singularValues, singularVectors } = await decompose(planted.to1DArray(), [rows, columns], {
    vectors: { rank: 12 },
  });
  const [largest = 0, , third = 0, fourth = 0] = singularValues!;
  expect(third).toBeGreaterThan(0.1 * largest);
  expect(fourth).toBeLessThan(1e-6 * largest);
  expect(singularVectors!.values).toHaveLength(3);
  const rest = Matrix.sub(planted, product(singularVectors!, rows, columns));
  expect(rest.norm('frobenius')).toBeLessThan(1e-9 * largest);
});

test.each([
  [0.5, undefined],
  [0.9, undefined],
  [0.9, 2],
  [1, undefined],
])('a share of %s of the squares takes as many vectors as it needs, at most %s', async (energy, rank) => {
  const sigma = [4, 3, 2, 1];
  const values = Matrix.diag(sigma, 4, 6).to1DArray();
  const wanted = { energy, ...(rank !== undefined && { rank }) };
  const { singularVectors } = await decompose(values, [4, 6], { vectors: wanted });
  const needed = energy === 0.5 ? 1 : energy === 0.9 ? 3 : 4; // 16, 25 and 29 of 30
  expect([...singularVectors!.values].map((value) => Number(value.toFixed(12)))).toEqual(
    sigma.slice(0, Math.min(needed, rank ?? 4)),
  );
});

describe('a matrix that is too large for its Gram matrix', () => {
  const [rows, columns] = [260, 300];

  test.each([
    ['falls quickly', 0.9],
    ['falls slowly', 0.995],
  ])('has leading singular values within the error that is stated: a spectrum that %s', async (_, ratio) => {
    const values = decaying(rows, columns, ratio);
    const sigma = decomposition(values, rows, columns).diagonal.toSorted((a, b) => b - a);
    const found = await decompose(values, [rows, columns], { exactUpTo: 100, vectors: { rank: 6 } });
    const { singularValues, spectrumError, singularVectors, movingSquares } = found;
    expect(singularValues).toHaveLength(64);
    expect(farthest(singularValues!, sigma.slice(0, 64))).toBeLessThanOrEqual(spectrumError! + 1e-12);
    expect(spectrumError).toBeLessThan(ratio === 0.9 ? 1e-3 * sigma[0]! : 0.5 * sigma[0]!);
    expect(Math.sqrt(movingSquares)).toBeCloseTo(Math.hypot(...sigma), 9);
    const rest = Matrix.sub(
      Matrix.from1DArray(rows, columns, values),
      product(singularVectors!, rows, columns),
    );
    expect(rest.norm('frobenius') / Math.hypot(...sigma.slice(6))).toBeLessThan(1 + 1e-6);
  });

  test('and that has no end of directions says so with its error', async () => {
    const random = randomNumbers(8);
    const values = Array.from({ length: rows * columns }, () => random());
    const sigma = decomposition(values, rows, columns).diagonal.toSorted((a, b) => b - a);
    const { singularValues, spectrumError } = await decompose(values, [rows, columns], { exactUpTo: 100 });
    expect(farthest(singularValues!, sigma.slice(0, 64))).toBeLessThanOrEqual(spectrumError!);
    expect(spectrumError).toBeGreaterThan(1e-3 * sigma[0]!);
  });
});

test.each([Number.NaN, Infinity])('a matrix with %s in it has no spectrum', async (odd) => {
  const values = Array.from({ length: 12 }, (_, index) => (index === 5 ? odd : 1));
  for (const exactUpTo of [100, 2]) {
    const found = await decompose(values, [3, 4], { exactUpTo, vectors: { rank: 2 } });
    expect([...found.singularValues!].every(Number.isNaN)).toBe(true);
    expect(found.singularVectors).toBeUndefined();
  }
});

test('a matrix of zeros has a spectrum of zeros, and no vectors', async () => {
  const values = Array.from({ length: 12 }, () => 0);
  const { singularValues, singularVectors } = await decompose(values, [3, 4], { vectors: { rank: 2 } });
  expect([...singularValues!]).toEqual([0, 0, 0]);
  expect(singularVectors).toBeUndefined();
});

async function decompose(
  values: readonly number[],
  [rows, columns]: readonly [number, number],
  more: Partial<DecomposeItem>,
): Promise<Statistics> {
  using files = new Files();
  const operand = files.add('F64', values);
  const item: DecomposeItem = {
    kind: 'decompose',
    name: 'w',
    rows,
    columns,
    operand,
    scale: 1,
    exactUpTo: 4096,
    ...more,
  };
  await using work = await createWork({ device: 'cpu', threads: 0 });
  const statistics = await work.run({ inputs: [files.save()], outputs: [], items: [item] }, { signal });
  return statistics.get(0)!;
}

/** Random directions whose singular values fall by about `ratio` from one to the next. */
function decaying(rows: number, columns: number, ratio: number): number[] {
  const random = randomNumbers(rows);
  const rank = Math.min(rows, columns);
  const numbers = (count: number) => Array.from({ length: count }, () => random());
  const left = Matrix.from1DArray(rows, rank, numbers(rows * rank));
  left.mulRowVector(Array.from({ length: rank }, (_, index) => ratio ** index));
  const values = left.mmul(Matrix.from1DArray(rank, columns, numbers(rank * columns))).to1DArray();
  return values.map((value) => roundTo('F32', value));
}

function decomposition(values: readonly number[], rows: number, columns: number) {
  return new SingularValueDecomposition(Matrix.from1DArray(rows, columns, [...values]), {
    computeLeftSingularVectors: false,
    computeRightSingularVectors: false,
    autoTranspose: true,
  });
}

function farthest(found: Float64Array, expected: readonly number[], scale = 1): number {
  return Math.max(...expected.map((value, index) => Math.abs(found[index]! - scale * value)));
}

function product({ values, left, right }: SingularVectors, rows: number, columns: number): Matrix {
  const count = values.length;
  const one = Matrix.from1DArray(count, rows, [...left])
    .transpose()
    .mulRowVector([...values]);
  return one.mmul(Matrix.from1DArray(count, columns, [...right]));
}

function offOrthonormal(side: Float64Array, count: number): number {
  const rows = Matrix.from1DArray(count, side.length / count, [...side]);
  return Matrix.sub(rows.mmul(rows.transpose()), Matrix.eye(count)).norm('frobenius');
}
