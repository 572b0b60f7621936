import { afterEach, describe, expect, test } from 'vitest';
import { randomNumbers } from '../work/reference.ts';
import { Arena } from './arena.ts';
import { all, decode, firstDifference, halves, mixture, patterns, type Bits } from './formats.ts';

const arena = new Arena();
afterEach(() => arena.clear());

const scales = [1, -1, 0, 0.3, 1e300, 2 ** -1000, Infinity];

describe.each(halves)('all 65,536 values of %s', (dtype) => {
  test.each(scales)('are exact when loaded, times %d', (scale) => {
    const target = arena.take(patterns.length, 8);
    arena.kernels.load(dtype, arena.putBits(dtype, patterns), patterns.length, scale, target);
    const expected = patterns.map((bits) => scale * decode(dtype, bits));
    expect(firstDifference(arena.numbers(target, patterns.length), expected)).toBeUndefined();
  });

  test.each(scales)('are added as they are, times %d', (scale) => {
    const before = patterns.map((_, index) => (index - 7) * 2 ** -140);
    const target = arena.putNumbers(before);
    arena.kernels.accumulate(dtype, arena.putBits(dtype, patterns), patterns.length, scale, target);
    const expected = patterns.map((bits, index) => before[index]! + scale * decode(dtype, bits));
    expect(firstDifference(arena.numbers(target, patterns.length), expected)).toBeUndefined();
  });
});

describe.each(all)('%s', (dtype) => {
  const bits = mixture(dtype, 40, randomNumbers(1));

  test('is loaded and added whatever the length and the place, and nothing else is touched', () => {
    for (let count = 0; count <= 33; count++) {
      for (let skew = 0; skew < 8; skew++) {
        expect(loaded(bits.slice(0, count), skew)).toBeUndefined();
        arena.clear();
      }
    }
  });

  test('of any pattern gives its value', () => {
    const many = mixture(dtype, 20_000, randomNumbers(2));
    const target = arena.take(many.length, 8);
    arena.kernels.load(dtype, arena.putBits(dtype, many), many.length, 1, target);
    const expected = many.map((each) => decode(dtype, each));
    expect(firstDifference(arena.numbers(target, many.length), expected)).toBeUndefined();
  });

  function loaded(some: readonly Bits[], skew: number): string | undefined {
    const source = arena.putBits(dtype, some, skew);
    const target = arena.take(some.length, 8, skew % 2);
    const around = arena.surroundings(target, some.length * 8);
    arena.kernels.load(dtype, source, some.length, 0.5, target);
    arena.kernels.accumulate(dtype, source, some.length, 3, target);
    const expected = some.map((each) => 0.5 * decode(dtype, each) + 3 * decode(dtype, each));
    return (
      firstDifference(arena.numbers(target, some.length), expected) ??
      firstDifference(arena.surroundings(target, some.length * 8), around) ??
      firstDifference(arena.bits(dtype, source, some.length), some)
    );
  }
});

test('a product’s bound is added along a row', () => {
  for (let count = 0; count <= 33; count++) {
    const norms = Array.from({ length: count }, (_, index) => index / 3);
    const target = arena.putNumbers(norms.map((norm) => 1 - norm));
    const around = arena.surroundings(target, count * 8);
    arena.kernels.accumulateBound(0.7, arena.putNumbers(norms), 1e-30, count, target);
    const expected = norms.map((norm) => 1 - norm + (0.7 * norm + 1e-30));
    expect(firstDifference(arena.numbers(target, count), expected)).toBeUndefined();
    expect(arena.surroundings(target, count * 8)).toEqual(around);
  }
});

test.each([
  ['a pointer that means absent', 0, 4],
  ['an operand beyond the memory', 2 ** 40, 4],
  ['an operand that ends beyond the memory', 64, 2 ** 30],
  ['a pointer inside an element', 66, 4],
  ['a negative count', 64, -1],
])('%s is refused', (_, pointer, count) => {
  const target = arena.take(8, 8);
  expect(() => arena.kernels.load('F32', pointer, count, 1, target)).toThrow(RangeError);
});

test('the memory may grow under the kernels', () => {
  const own = new Arena();
  const pointer = own.memory.buffer.byteLength;
  expect(() => own.kernels.load('F64', pointer, 1, 1, 64)).toThrow(RangeError);
  own.memory.grow(1);
  own.numbers(pointer, 1)[0] = 7;
  own.kernels.load('F64', pointer, 1, 2, 64);
  expect(own.numbers(64, 1)[0]).toBe(14);
});
