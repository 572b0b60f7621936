import { expect, test } from 'vitest';
import type { GramItem, JobTerm } from '../../../server/work/job.ts';
import { createWork } from '../../../server/work/work.ts';
import { randomNumbers } from './reference.ts';
import { Files } from './files.ts';
import { roundTo } from './reference.ts';

const { signal } = new AbortController();

interface Made {
  readonly term: JobTerm;
  readonly values: Float64Array;
}

/** Dense terms and pairs of factors with their values, for one shape. */
function terms(files: Files, rows: number, columns: number) {
  const random = randomNumbers(rows * columns);
  const numbers = (count: number) => Array.from({ length: count }, () => roundTo('F32', random()));
  return {
    dense(scale: number): Made {
      const values = numbers(rows * columns);
      const operand = files.add('F32', values);
      return { term: { kind: 'dense', scale, operand }, values: Float64Array.from(values, (x) => scale * x) };
    },
    factors(rank: number, scale: number, transposed: boolean): Made {
      const [left, right] = [numbers(rows * rank), numbers(rank * columns)];
      const values = Float64Array.from({ length: rows * columns }, (_, index) => {
        const [row, column] = [Math.floor(index / columns), index % columns];
        let sum = 0;
        for (let k = 0; k < rank; k++) sum += left[row * rank + k]! * right[k * columns + column]!;
        return scale * sum;
      });
      const term: JobTerm = {
        kind: 'low-rank',
        scale,
        rank,
        left: files.factor('F32', left, [rows, rank], transposed),
        right: files.factor('F32', right, [rank, columns], !transposed),
      };
      return { term, values };
    },
  };
}

function products(sums: readonly (readonly Made[])[]): number[] {
  const added = sums.map((made) => {
    const length = made[0]?.values.length ?? 0;
    return Float64Array.from({ length }, (_, n) => made.reduce((sum, { values }) => sum + values[n]!, 0));
  });
  return added.flatMap((one) =>
    added.map((other) => one.reduce((sum, value, n) => sum + value * (other[n] ?? 0), 0)),
  );
}

async function gram(files: Files, item: Omit<GramItem, 'kind' | 'name'>, threads = 0) {
  await using work = await createWork({ device: 'cpu', threads });
  const job = { inputs: [files.save()], outputs: [], items: [{ kind: 'gram', name: 'w', ...item } as const] };
  return (await work.run(job, { signal })).get(0)?.gram;
}

function expectClose(found: Float64Array | undefined, expected: readonly number[]): void {
  expect(found).toHaveLength(expected.length);
  const scale = Math.max(...expected.map(Math.abs));
  expected.forEach((value, n) => expect(Math.abs((found?.[n] ?? NaN) - value)).toBeLessThan(1e-13 * scale));
}

test.each([
  ['tall', 1500, 31],
  ['wide', 7, 2300],
  ['smaller than the ranks', 3, 4],
])('of sums of factors, without multiplying out: %s', async (_, rows, columns) => {
  using files = new Files();
  const make = terms(files, rows, columns);
  const sums = [
    [make.factors(4, 0.5, false), make.factors(3, -2, true)],
    [make.factors(6, 1, true)],
    [make.factors(1, 3, false)],
  ];
  const item = { rows, columns, sums: sums.map((sum) => sum.map(({ term }) => term)) };
  expectClose(await gram(files, item), products(sums));
});

test('of dense sums and factors together, over several units and blocks', async () => {
  using files = new Files();
  const [rows, columns] = [701, 1100];
  const make = terms(files, rows, columns);
  const sums = [
    [make.dense(1), make.dense(-0.5)],
    [make.factors(2, 0.7, false)],
    [make.dense(0.25), make.factors(3, 1, true)],
  ];
  const item = { rows, columns, sums: sums.map((sum) => sum.map(({ term }) => term)) };
  expectClose(await gram(files, item), products(sums));
});

test.each([
  ['factors alone', Infinity],
  ['every third one dense', 3],
])('64 sums of one tensor are 64 × 64 products, symmetric, the same on threads: %s', async (_, every) => {
  using files = new Files();
  const [rows, columns] = [40, 300];
  const make = terms(files, rows, columns);
  const sums = Array.from({ length: 64 }, (_, n) => [
    n % every === every - 1 ? make.dense(1) : make.factors(2, 1, false),
  ]);
  const item = { rows, columns, sums: sums.map((sum) => sum.map(({ term }) => term)) };
  const found = await gram(files, item);
  expectClose(found, products(sums));
  for (let a = 0; a < 64; a++)
    for (let b = 0; b < a; b++) expect(found?.[a * 64 + b]).toBe(found?.[b * 64 + a]);
  expect(await gram(files, item, 2)).toEqual(found);
});

test('a value that is not finite leaves no product with its sum', async () => {
  using files = new Files();
  const broken = files.add('F32', [1, Number.NaN, 2, 3]);
  const whole = files.add('F32', [1, 1, 1, 1]);
  const sums = [broken, whole].map((operand) => [{ kind: 'dense', scale: 1, operand } as const]);
  const found = await gram(files, { rows: 2, columns: 2, sums });
  expect(Array.from(found ?? [])).toEqual([NaN, NaN, NaN, 4]);
});

test('a cancel ends it', async () => {
  using files = new Files();
  const make = terms(files, 64, 64);
  const item = { kind: 'gram', name: 'w', rows: 64, columns: 64, sums: [[make.dense(1).term]] } as const;
  await using work = await createWork({ device: 'cpu', threads: 0 });
  const job = { inputs: [files.save()], outputs: [], items: [item] };
  await expect(work.run(job, { signal: AbortSignal.abort() })).rejects.toThrow(/abort/i);
});
