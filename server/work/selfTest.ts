import type { Kernels } from '../kernels/kernels.ts';
import type { SharedMemory } from './sharedMemory.ts';
import { errorBound } from './errorBound.ts';
import { largest } from './factors.ts';
import type { Products } from './products.ts';
import type { Regions } from './regions.ts';
import { widths } from './widths.ts';

const shape = { rows: 256, columns: 512, rank: 64 };

/** The parts of a work process that a device is tested with. */
export interface TestBench {
  readonly kernels: Kernels;
  readonly memory: SharedMemory;
  readonly regions: Regions;
}

/**
 * Compares random rank-64 products with the exact ones, element by element, and says what is wrong with them:
 * a device that leaves the error bound (reduced precision, a faulty driver) must not write anything.
 */
export async function findFault(products: Products, bench: TestBench): Promise<string | undefined> {
  const { rows, columns, rank } = shape;
  const { memory, kernels } = bench;
  const width = widths[products.precision];
  const taken = [
    rows * rank * width,
    columns * rank * width,
    rows * columns * width,
    rows * columns * 8,
    rows * 8,
    columns * 8,
  ].map((bytes) => bench.regions.take(bytes));
  const [left = 0, right = 0, target = 0, exact = 0, leftNorms = 0, rightNorms = 0] = taken.map(
    ({ pointer }) => pointer,
  );
  const view = (pointer: number, length: number) =>
    products.precision === 'F64'
      ? new Float64Array(memory.buffer, pointer, length)
      : new Float32Array(memory.buffer, pointer, length);
  try {
    fillRandomly(view(left, rows * rank), 1);
    fillRandomly(view(right, columns * rank), 2);
    await products.multiply({ left, right, target, ...shape });
    new Float64Array(memory.buffer, exact, rows * columns).fill(0);
    kernels.multiply({ dtype: products.precision, left, right, ...shape, scale: 1, target: exact });
    kernels.rowNorms(products.precision, left, rows, rank, leftNorms);
    kernels.rowNorms(products.precision, right, columns, rank, rightNorms);
    return firstFault({
      products: view(target, rows * columns),
      exact: new Float64Array(memory.buffer, exact, rows * columns),
      leftNorms: new Float64Array(memory.buffer, leftNorms, rows),
      rightNorms: new Float64Array(memory.buffer, rightNorms, columns),
      precision: products.precision,
    });
  } finally {
    for (const region of taken) bench.regions.give(region);
  }
}

export interface Compared {
  readonly products: ArrayLike<number>;
  readonly exact: Float64Array;
  readonly leftNorms: Float64Array;
  readonly rightNorms: Float64Array;
  readonly precision: 'F32' | 'F64';
}

/** The first element that lies outside its bound, in words. */
export function firstFault({
  products,
  exact,
  leftNorms,
  rightNorms,
  precision,
}: Compared): string | undefined {
  const bound = errorBound(precision, {
    rank: shape.rank,
    leftNorm: largest(leftNorms),
    rightNorm: largest(rightNorms),
  });
  const columns = rightNorms.length;
  const index = exact.findIndex((value, n) => {
    const norms = (leftNorms[Math.floor(n / columns)] ?? 0) * (rightNorms[n % columns] ?? 0);
    return !(Math.abs((products[n] ?? Number.NaN) - value) <= bound.factor * norms + bound.floor);
  });
  if (index < 0) return undefined;
  return `its product ${products[index]} should be ${exact[index]}, which is more than rounding explains`;
}

/** xorshift32: the same values everywhere, between −1 and 1. */
function fillRandomly(values: Float32Array | Float64Array, seed: number): void {
  let state = seed * 0x9e3779b9;
  for (let index = 0; index < values.length; index++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    values[index] = Math.fround(state / 2 ** 31);
  }
}
