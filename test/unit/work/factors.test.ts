import { Matrix, SingularValueDecomposition } from 'ml-matrix';
import { expect, test } from 'vitest';
import type { Job, LowRankOperand, StackItem } from '../../../server/work/job.ts';
import type { SpectrumItem } from '../../../server/work/spectrumItems.ts';
import { createWork } from '../../../server/work/work.ts';
import { Files, read } from './files.ts';
import { randomNumbers, roundTo } from './reference.ts';

const signal = new AbortController().signal;

test.each(['rows', 'columns'] as const)(
  'factors are joined along their %s, scaled and turned',
  async (along) => {
    using files = new Files();
    const random = randomNumbers(3);
    const shapes: [number, number][] =
      along === 'rows'
        ? [
            [2, 5],
            [3, 5],
          ]
        : [
            [4, 2],
            [4, 3],
          ];
    const parts = shapes.map(([rows, columns], index) => {
      const values = Array.from({ length: rows * columns }, () => roundTo('F16', random()));
      const factor = files.factor('F16', values, [rows, columns], index === 1);
      return { part: { factor, scale: 0.7 - index, moving: index === 1 }, values, rows, columns };
    });
    const strengths = [1.3, -2];
    const size = parts.reduce((sum, { values }) => sum + values.length, 0);
    const outputs = strengths.map(() => files.output(size * 4));
    const places = strengths.map((strength, file) => ({ file, offset: 0, strength }));
    const item: StackItem = {
      kind: 'stack',
      name: 'lora_A',
      along,
      parts: parts.map(({ part }) => part),
      places,
    };
    await run({ inputs: [files.save()], outputs, items: [item] });
    strengths.forEach((strength, n) => {
      const scaled = parts.map(({ part, values, rows, columns }) => {
        const factor = part.scale * (part.moving ? strength : 1);
        return Array.from({ length: rows }, (_, row) =>
          values.slice(row * columns, (row + 1) * columns).map((value) => Math.fround(factor * value)),
        );
      });
      const expected =
        along === 'rows'
          ? scaled.flat(2)
          : scaled[0]!.flatMap((row, index) => [...row, ...scaled[1]![index]!]);
      expect(read(outputs[n]!, 'F32')).toEqual(expected);
    });
  },
);

test.each([
  ['tall', 900, 70],
  ['wide', 40, 700],
  ['smaller than the rank', 5, 6],
])('singular values come from the factors alone: %s', async (_, rows, columns) => {
  using files = new Files();
  const random = randomNumbers(rows);
  const numbers = (count: number) => Array.from({ length: count }, () => roundTo('F32', random()));
  const product = Matrix.zeros(rows, columns);
  const terms = [4, 7].map((rank, index): LowRankOperand => {
    const [left, right, scale] = [numbers(rows * rank), numbers(rank * columns), index - 0.6];
    product.add(
      Matrix.from1DArray(rows, rank, left)
        .mmul(Matrix.from1DArray(rank, columns, right))
        .mul(scale),
    );
    return {
      kind: 'low-rank',
      scale,
      rank,
      left: files.factor('F32', left, [rows, rank], index === 1),
      right: files.factor('F32', right, [rank, columns], index === 0),
    };
  });
  const item: SpectrumItem = { kind: 'spectrum', name: 'w', rows, columns, terms };
  const found = (await run({ inputs: [files.save()], outputs: [], items: [item] })).get(0)?.singularValues;
  const expected = new SingularValueDecomposition(product, { autoTranspose: true }).diagonal.toSorted(
    (a, b) => b - a,
  );
  expect(found).toHaveLength(Math.min(rows, columns, 11));
  found!.forEach((value, n) => expect(Math.abs(value - expected[n]!)).toBeLessThan(1e-12 * expected[0]!));
});

test('factors that are not finite have no spectrum', async () => {
  using files = new Files();
  const left = files.factor('F32', [1, Number.NaN], [2, 1], false);
  const right = files.factor('F32', [1, 2], [1, 2], false);
  const item: SpectrumItem = {
    kind: 'spectrum',
    name: 'w',
    rows: 2,
    columns: 2,
    terms: [{ kind: 'low-rank', scale: 1, rank: 1, left, right }],
  };
  const statistics = await run({ inputs: [files.save()], outputs: [], items: [item] });
  expect(statistics.get(0)?.singularValues).toEqual(Float64Array.of(Number.NaN));
});

async function run(job: Job) {
  await using work = await createWork({ device: 'cpu', threads: 0 });
  return await work.run(job, { signal });
}
