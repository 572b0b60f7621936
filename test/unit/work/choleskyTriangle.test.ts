import { Matrix, SingularValueDecomposition } from 'ml-matrix';
import { describe, expect, test } from 'vitest';
import { choleskyTriangle } from '../../../server/work/choleskyTriangle.ts';
import type { LowRankOperand } from '../../../server/work/job.ts';
import type { SpectrumItem } from '../../../server/work/spectrumItems.ts';
import { createWork } from '../../../server/work/work.ts';
import { Files } from './files.ts';
import { randomNumbers } from './reference.ts';

const signal = new AbortController().signal;
const rounding = 300 * Number.EPSILON;

test('the triangle of independent columns of any lengths has their Gram matrix', () => {
  const columns = random(200, 5, 1).mulRowVector([1, 1e-8, 1e9, 3, 0.1]);
  const gram = columns.transpose().mmul(columns);
  const found = choleskyTriangle(Float64Array.from(gram.to1DArray()), { size: 5, rounding })!;
  const R = Matrix.from1DArray(5, 5, [...found]);
  const back = R.transpose().mmul(R);
  for (let i = 0; i < 5; i++)
    for (let j = 0; j < 5; j++)
      expect(Math.abs(back.get(i, j) - gram.get(i, j))).toBeLessThan(
        1e-13 * Math.sqrt(gram.get(i, i) * gram.get(j, j)),
      );
});

test.each([
  ['of which two are the same', (values: Matrix) => values.setColumn(1, values.getColumn(0))],
  [
    'of which two are nearly the same',
    (values: Matrix) =>
      values.setColumn(
        1,
        values.getColumn(0).map((x) => x + 1e-6),
      ),
  ],
  ['of which one is zero', (values: Matrix) => values.setColumn(2, Array(200).fill(0))],
  ['with something that is not finite', (values: Matrix) => values.set(3, 2, Number.NaN)],
])('columns %s have none', (_, change) => {
  const columns = change(random(200, 4, 2));
  const gram = columns.transpose().mmul(columns);
  expect(choleskyTriangle(Float64Array.from(gram.to1DArray()), { size: 4, rounding })).toBeUndefined();
});

describe('singular values of a difference are right whatever the two have in common', () => {
  test.each([0, 0.5, 0.9, 0.99, 0.9999, 1 - 1e-8, 1 - 1e-12])('%f of their factors', async (common) => {
    const [rows, columns, rank] = [190, 150, 6];
    const of = (height: number, width: number, seed: number) => {
      const shared = random(height, width, seed).mul(Math.sqrt(common));
      return [3, 5].map((other) =>
        Matrix.add(shared, random(height, width, other * seed).mul(Math.sqrt(1 - common))),
      );
    };
    const [lefts, rights] = [of(rows, rank, 11), of(rank, columns, 13)];
    using files = new Files();
    const product = Matrix.zeros(rows, columns);
    const terms = [1, -1].map((scale, index): LowRankOperand => {
      const [left, right] = [lefts[index]!, rights[index]!];
      product.add(left.mmul(right).mul(scale));
      return {
        kind: 'low-rank',
        scale,
        rank,
        left: files.factor('F64', left.to1DArray(), [rows, rank], false),
        right: files.factor('F64', right.to1DArray(), [rank, columns], false),
      };
    });
    const item: SpectrumItem = { kind: 'spectrum', name: 'w', rows, columns, terms };
    await using work = await createWork({ device: 'cpu', threads: 0 });
    const job = { inputs: [files.save()], outputs: [], items: [item] };
    const sigma = (await work.run(job, { signal })).get(0)!.singularValues!;
    const expected = new SingularValueDecomposition(product, { autoTranspose: true }).diagonal.toSorted(
      (a, b) => b - a,
    );
    // What the product of the sides themselves is off by is no error of ours.
    const floor = 1e-15 * lefts[0]!.norm('frobenius') * rights[0]!.norm('frobenius');
    sigma.forEach((value, index) =>
      expect(Math.abs(value - expected[index]!)).toBeLessThan(1e-9 * expected[0]! + 10 * floor),
    );
  });
});

function random(rows: number, columns: number, seed: number): Matrix {
  const numbers = randomNumbers(seed);
  return Matrix.from1DArray(
    rows,
    columns,
    Array.from({ length: rows * columns }, () => numbers()),
  );
}
