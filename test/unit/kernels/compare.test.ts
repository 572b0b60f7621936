import type { FloatDType } from '#protocol/tensors.ts';
import { afterEach, describe, expect, test } from 'vitest';
import { randomNumbers } from '../work/reference.ts';
import { Arena } from './arena.ts';
import { all, halves, mixture, patterns, specials, type Bits } from './formats.ts';

const arena = new Arena();
afterEach(() => arena.clear());

describe.each(halves)('all 65,536 patterns of %s', (dtype) => {
  test.each([0, 1, 2, -1, -2, 0x8000, 0x8001, 0x7fff])('against the pattern %d further', (distance) => {
    const others = patterns.map((bits) => (bits + distance) & 0xffff);
    expect(compare(dtype, patterns, others)).toEqual(expected(dtype, patterns, others));
  });
});

describe.each(all)('%s', (dtype) => {
  test('every special pattern against every other', () => {
    for (const one of specials[dtype]) {
      const others = specials[dtype];
      const same = others.map(() => one);
      expect(compare(dtype, same, others)).toEqual(expected(dtype, same, others));
    }
  });

  test('neighbours of all kinds, at any length and place', () => {
    const random = randomNumbers(1);
    const bits = mixture(dtype, 60, random);
    const others = bits.map((each) => moved(dtype, each, Math.round(2 * random())));
    for (let count = 0; count <= 33; count++) {
      for (let skew = 0; skew < 8; skew++) {
        const [one, other] = [bits.slice(0, count), others.slice(0, count)];
        expect(compare(dtype, one, other, skew)).toEqual(expected(dtype, one, other));
        arena.clear();
      }
    }
  });
});

test('adds to what is there', () => {
  const bits = arena.putBits('F32', [1, 2, 3]);
  const statistics = arena.putNumbers([10, 20]);
  arena.kernels.compareBits('F32', bits, bits, 3, statistics);
  expect([...arena.numbers(statistics, 2)]).toEqual([13, 23]);
});

test.each([
  ['zeros of both signs', 0x8000, 0x0000, 1],
  ['the smallest subnormals of both signs', 0x8001, 0x0001, 0],
  ['zero and the smallest subnormal', 0x8000, 0x0001, 1],
  ['the largest value and infinity', 0x7f7f, 0x7f80, 1],
  ['infinity and the first NaN', 0x7f80, 0x7f81, 0],
  ['two NaNs next to each other', 0x7fc0, 0x7fc1, 0],
  ['infinities of both signs', 0x7f80, 0xff80, 0],
])('bfloat16, close or not: %s', (_, one, other, close) => {
  expect(compare('BF16', [one], [other])).toEqual([0, close]);
});

function compare(dtype: FloatDType, before: readonly Bits[], after: readonly Bits[], skew = 0): number[] {
  const statistics = arena.zeros(2);
  const [one, other] = [arena.putBits(dtype, before, skew), arena.putBits(dtype, after, (3 * skew) % 8)];
  arena.kernels.compareBits(dtype, one, other, before.length, statistics);
  return [...arena.numbers(statistics, 2)];
}

const layouts = {
  BF16: [16n, 0x7f80n],
  F16: [16n, 0x7c00n],
  F32: [32n, 0x7f800000n],
  F64: [64n, 0x7ff0000000000000n],
} as const;

function expected(dtype: FloatDType, before: readonly Bits[], after: readonly Bits[]): number[] {
  const [width, infinity] = layouts[dtype];
  const sign = 1n << (width - 1n);
  const counts = [0, 0];
  before.forEach((bits, index) => {
    const [one, other] = [BigInt(bits), BigInt(after[index]!)];
    const isNumber = (one & ~sign) <= infinity && (other & ~sign) <= infinity;
    const ordered = [one, other].map((each) => ((each & sign) === 0n ? each : sign - each));
    const distance = ordered[0]! - ordered[1]!;
    counts[0]! += Number(one === other);
    counts[1]! += Number(one === other || (isNumber && distance <= 1n && distance >= -1n));
  });
  return counts;
}

function moved(dtype: FloatDType, bits: Bits, by: number): Bits {
  const sum = BigInt.asUintN(Number(layouts[dtype][0]), BigInt(bits) + BigInt(by));
  return dtype === 'F64' ? sum : Number(sum);
}
