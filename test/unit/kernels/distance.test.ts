import type { FloatDType } from '#protocol/tensors.ts';
import { afterEach, describe, expect, test } from 'vitest';
import { randomNumbers } from '../work/reference.ts';
import { Arena } from './arena.ts';
import { all, halves, mixture, patterns, specials, type Bits } from './formats.ts';

const arena = new Arena();
afterEach(() => arena.clear());

describe.each(halves)('all 65,536 patterns of %s', (dtype) => {
  test.each([0, 1, -1, 300, 0x7fff, 0x8000])('against the pattern %d further', (distance) => {
    const others = patterns.map((bits) => (bits + distance) & 0xffff);
    for (let start = 0; start < patterns.length; start += 4099) {
      const [one, other] = [patterns.slice(start, start + 4099), others.slice(start, start + 4099)];
      expect(measured(dtype, one, other)).toBe(expected(dtype, one, other));
    }
  });
});

describe.each(all)('%s', (dtype) => {
  test('every special pattern against every other', () => {
    for (const one of specials[dtype]) {
      for (const other of specials[dtype])
        expect(measured(dtype, [one], [other])).toBe(expected(dtype, [one], [other]));
    }
  });

  test('any values, at any length and place', () => {
    const random = randomNumbers(3);
    const bits = mixture(dtype, 60, random);
    const others = mixture(dtype, 60, random);
    for (let count = 0; count <= 33; count++) {
      for (let skew = 0; skew < 8; skew++) {
        const [one, other] = [bits.slice(0, count), others.slice(0, count)];
        expect(measured(dtype, one, other, skew)).toBe(expected(dtype, one, other));
        arena.clear();
      }
    }
  });
});

function measured(dtype: FloatDType, before: readonly Bits[], after: readonly Bits[], skew = 0): number {
  const [one, other] = [arena.putBits(dtype, before, skew), arena.putBits(dtype, after, (3 * skew) % 8)];
  return arena.kernels.distance(dtype, one, other, before.length);
}

const layouts = {
  BF16: [16n, 0x7f80n],
  F16: [16n, 0x7c00n],
  F32: [32n, 0x7f800000n],
  F64: [64n, 0x7ff0000000000000n],
} as const;

function expected(dtype: FloatDType, before: readonly Bits[], after: readonly Bits[]): number {
  const [width, infinity] = layouts[dtype];
  const sign = 1n << (width - 1n);
  const ordered = (bits: bigint) => ((bits & sign) === 0n ? bits : sign - bits);
  const distances = before.map((bits, index) => {
    const [one, other] = [BigInt(bits), BigInt(after[index]!)];
    if ((one & ~sign) > infinity || (other & ~sign) > infinity) return 0n;
    const apart = ordered(one) - ordered(other);
    return apart < 0n ? -apart : apart;
  });
  return Number(distances.reduce((most, each) => (each > most ? each : most), 0n));
}
