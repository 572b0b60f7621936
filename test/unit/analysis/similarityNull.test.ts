import { expect, test } from 'vitest';
import type { TensorProducts } from '../../../server/analysis/innerProducts.ts';
import { pairSums, toSlice } from '../../../server/analysis/similaritySlice.ts';
import { fillNormals } from './seededNormals.ts';

/** Rows, columns, and how large a direction is there beside the others. */
type Shape = readonly [rows: number, columns: number, size: number];

const shapes: readonly Shape[] = [
  [24, 16, 1],
  [16, 16, 3],
  [40, 12, 0.5],
];

let streams = 0;

/** A product of two random factors of this rank. */
function drawn([rows, columns, size]: Shape, rank: number): Float64Array {
  const [left, right] = [new Float64Array(rows * rank), new Float64Array(rank * columns)];
  for (const factor of [left, right]) fillNormals(factor, 1, streams++);
  return Float64Array.from({ length: rows * columns }, (_, index) => {
    const [row, column] = [Math.floor(index / columns), index % columns];
    let sum = 0;
    for (let k = 0; k < rank; k++) sum += (left[row * rank + k] ?? 0) * (right[k * columns + column] ?? 0);
    return size * sum;
  });
}

function inner(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, n) => sum + value * (b[n] ?? 0), 0);
}

function products(one: readonly Float64Array[], other: readonly Float64Array[]): readonly TensorProducts[] {
  return one.map((x, index) => {
    const y = other[index] ?? new Float64Array();
    const gram = Float64Array.of(inner(x, x), inner(x, y), inner(y, x), inner(y, y));
    return { name: `${index}`, elements: x.length, movers: [0, 1], gram };
  });
}

function zOf(one: readonly Float64Array[], other: readonly Float64Array[]): number {
  return toSlice(pairSums(products(one, other), 2), 2).z[0]?.[1] ?? NaN;
}

function expectCalibrated(found: readonly number[]): void {
  const beyond = found.filter((z) => Math.abs(z) > 2).length / found.length;
  expect(beyond).toBeGreaterThan(0.025);
  expect(beyond).toBeLessThan(0.065);
  const meanSquare = found.reduce((sum, z) => sum + z * z, 0) / found.length;
  expect(Math.abs(Math.sqrt(meanSquare) - 1)).toBeLessThan(0.06);
}

test('of 2,000 pairs of random directions about one in twenty has |z| > 2', () => {
  const pairs = Array.from({ length: 2000 }, () => {
    return zOf(
      shapes.map((shape) => drawn(shape, 2)),
      shapes.map((shape) => drawn(shape, 4)),
    );
  });
  expectCalibrated(pairs);
});

test('the same against a direction that lies in one corner of its tensors', () => {
  const corner = shapes.map(([rows, columns, size]) =>
    Float64Array.from({ length: rows * columns }, (_, n) => (n < 3 ? size : 0)),
  );
  const found = Array.from({ length: 2000 }, () =>
    zOf(
      corner,
      shapes.map((shape) => drawn(shape, 3)),
    ),
  );
  expectCalibrated(found);
});

test.each([
  ['few tensors of rank 1', [24, 16], [1, 1]],
  ['norms from 0.001 to 1', [16, 12], [0.001, 0.01, 0.1, 1]],
] as const)('the same of %s', (_, [rows, columns], sizes) => {
  const direction = () => sizes.map((size) => drawn([rows, columns, size], 1));
  expectCalibrated(Array.from({ length: 2000 }, () => zOf(direction(), direction())));
});

test('it is wider than 1/√n where the norm is unevenly spread over tensors of different sizes', () => {
  const [small, large] = [new Float64Array(4).fill(1), new Float64Array(10_000).fill(1e-4)];
  const sums = pairSums(products([small, large], [small, large]), 2);
  const z = toSlice(sums, 2).z[0]?.[1];
  expect(z).toBeCloseTo(2, 3);
});

function alone(index: number, value: number): TensorProducts {
  return { name: `${index}`, elements: 4, movers: [index], gram: Float64Array.of(value) };
}

test('directions on tensors of which they share none have the cosine 0 and no z', () => {
  const slice = toSlice(pairSums([alone(0, 4), alone(1, 9)], 2), 2);
  expect(slice).toEqual({
    cosine: [
      [1, 0],
      [0, 1],
    ],
    z: [
      [null, null],
      [null, null],
    ],
    norms: [2, 3],
  });
});

function ofHundred(index: number, movers: readonly number[], values: readonly number[]): TensorProducts {
  return { name: `${index}`, elements: 100, movers, gram: Float64Array.from(values) };
}

test('a control that moves none of the same tensors says nothing of chance', () => {
  // Two subjects, a control with the cosine 0.5 with each, and one that lies elsewhere.
  const near = ofHundred(0, [0, 1, 2], [1, 0.2, 0.5, 0.2, 1, 0.5, 0.5, 0.5, 1]);
  const elsewhere = ofHundred(1, [3], [1]);
  expect(toSlice(pairSums([near, elsewhere], 4), 2).z[0]?.[1]).toBeCloseTo(0.4, 12);
  // Where there is no other control, the null is that of random directions.
  const alone = ofHundred(0, [0, 1], [1, 0.2, 0.2, 1]);
  expect(toSlice(pairSums([alone, ofHundred(1, [2], [1])], 3), 2).z[0]?.[1]).toBeCloseTo(2, 12);
});
