import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createBench } from '../../../server/work/bench.ts';
import { errorBound, staysFinite } from '../../../server/work/errorBound.ts';
import { loadRuntime } from '../../../server/work/onnxRuntime.ts';
import { createProducts, type Products } from '../../../server/work/products.ts';
import { findFault, firstFault } from '../../../server/work/selfTest.ts';
import { randomNumbers } from './reference.ts';

const shape = { rows: 24, columns: 40 };
const bench = createBench();

/** Factors that make a sum hard: what they are, and value n of a row of a factor. */
const kinds: readonly (readonly [string, (random: () => number, n: number) => number])[] = [
  ['random', (random) => random()],
  ['of one sign, so that errors pile up', (random) => Math.abs(random()) + 0.5],
  ['cancelling', (random, n) => (n % 2 === 0 ? 1 : -1) * (1 + random() * 2 ** -12)],
  ['graded over 60 powers of two', (random, n) => random() * 2 ** -(n % 60)],
  ['nearly subnormal', (random) => random() * 2 ** -75],
  ['with one huge value', (random, n) => (n === 0 ? 2 ** 40 : random())],
];

describe.each(['F32', 'F64'] as const)('%s products on the CPU', (precision) => {
  let products: Products;
  beforeAll(async () => {
    const loaded = await loadRuntime();
    if ('missing' in loaded) throw new Error(loaded.missing);
    products = await createProducts(loaded.runtime, { memory: bench.memory, device: 'cpu', precision });
  });
  afterAll(async () => await products[Symbol.asyncDispose]());

  test.each(kinds)('stay within the bound for factors that are %s', async (_, valueOf) => {
    for (const rank of [1, 2, 3, 7, 16, 64, 200, 512]) {
      expect(await worstRatio(products, rank, valueOf)).toBeLessThanOrEqual(1);
    }
  });

  test('pass the test that every device has to pass', async () => {
    expect(await findFault(products, bench)).toBeUndefined();
  });

  test('would be refused with one element off by more than the bound', async () => {
    const faulty: Products = {
      ...products,
      async multiply(product) {
        await products.multiply(product);
        const elements = [product.target, product.rows * product.columns] as const;
        const values =
          precision === 'F32'
            ? new Float32Array(bench.memory.buffer, ...elements)
            : new Float64Array(bench.memory.buffer, ...elements);
        // As wrong as one factor rounded to ten bits, which is what reduced-precision modes do.
        values[1234]! += 2 ** -10;
      },
    };
    expect(await findFault(faulty, bench)).toMatch(/should be .* more than rounding explains/);
  });
});

test.each([
  ['NaN', [Number.NaN]],
  ['an infinity', [Infinity]],
])('a device that returns %s is refused', (_, products) => {
  const one = Float64Array.of(1);
  expect(
    firstFault({ products, exact: one, leftNorms: one, rightNorms: one, precision: 'F32' }),
  ).toBeDefined();
});

test.each([
  [1, 1, true],
  [2 ** 119, 2 ** -30, true],
  [2 ** 119, 2, false],
  [2 ** 121, 2 ** -121, false],
  [Number.NaN, 1, false],
  [Infinity, 0, false],
])('norms %d and %d leave a float32 sum finite: %s', (left, right, finite) => {
  expect(staysFinite('F32', left, right)).toBe(finite);
});

/** The largest error of a product in units of its bound. The truth is `multiply`'s sum, as the definition says. */
async function worstRatio(
  products: Products,
  rank: number,
  valueOf: (random: () => number, n: number) => number,
) {
  const { rows, columns } = shape;
  const { kernels, memory, regions } = bench;
  const random = randomNumbers(rank);
  const width = products.precision === 'F32' ? 4 : 8;
  const sizes = [
    rows * rank * width,
    columns * rank * width,
    rows * columns * width,
    rows * columns * 8,
    rows * 8,
    columns * 8,
  ];
  const taken = sizes.map((size) => regions.take(size));
  const [left = 0, right = 0, target = 0, exact = 0, leftNorms = 0, rightNorms = 0] = taken.map(
    ({ pointer }) => pointer,
  );
  const view = (pointer: number, length: number) =>
    width === 4
      ? new Float32Array(memory.buffer, pointer, length)
      : new Float64Array(memory.buffer, pointer, length);
  view(left, rows * rank).set(
    Array.from({ length: rows * rank }, (_, n) => Math.fround(valueOf(random, n % rank))),
  );
  view(right, columns * rank).set(
    Array.from({ length: columns * rank }, (_, n) => Math.fround(valueOf(random, n % rank))),
  );
  const sizesOf = { rows, columns, rank };
  await products.multiply({ left, right, target, ...sizesOf });
  new Float64Array(memory.buffer, exact, rows * columns).fill(0);
  kernels.multiply({ dtype: products.precision, left, right, ...sizesOf, scale: 1, target: exact });
  kernels.rowNorms(products.precision, left, rows, rank, leftNorms);
  kernels.rowNorms(products.precision, right, columns, rank, rightNorms);
  const lefts = new Float64Array(memory.buffer, leftNorms, rows);
  const rights = new Float64Array(memory.buffer, rightNorms, columns);
  const bound = errorBound(products.precision, {
    rank,
    leftNorm: Math.max(...lefts),
    rightNorm: Math.max(...rights),
  });
  const truth = new Float64Array(memory.buffer, exact, rows * columns);
  const ratios = Array.from(view(target, rows * columns), (value, n) => {
    const norms = lefts[Math.floor(n / columns)]! * rights[n % columns]!;
    return Math.abs(value - truth[n]!) / (bound.factor * norms + bound.floor);
  });
  for (const region of taken) regions.give(region);
  return Math.max(...ratios);
}
