import type { FloatDType } from '#protocol/tensors.ts';
import { expect } from 'vitest';
import { contrastScratch } from '../../../server/kernels/kernels.ts';
import { randomNumbers } from '../work/reference.ts';
import type { Arena } from './arena.ts';
import { decode, encode, firstDifference, widths, type Bits } from './formats.ts';

/** base + strength · (positive − negative): by the kernel, and by the definition. */

/** What differs from the definition, from `load`, `accumulate` and `round`, or around the output. */
export function difference(
  arena: Arena,
  dtype: FloatDType,
  base: readonly Bits[],
  positive: readonly Bits[],
  negative: readonly Bits[],
  strength: number,
  skew = 0,
): string | undefined {
  const { out, untouched } = contrast(arena, dtype, base, positive, negative, strength, skew);
  const value = (bits: readonly Bits[], n: number) => decode(dtype, bits[n]!);
  const expected = base.map((bits, n) => {
    const from = decode(dtype, bits);
    const result = from + strength * (value(positive, n) - value(negative, n));
    return Number.isNaN(from) ? out[n]! : encode(dtype, result);
  });
  const general = generally(arena, dtype, base, positive, negative, strength).out;
  return firstDifference(out, expected) ?? firstDifference(out, general) ?? untouched;
}

/** What the kernel writes and counts, and what it changes around the output. */
export function contrast(
  arena: Arena,
  dtype: FloatDType,
  base: readonly Bits[],
  positive: readonly Bits[],
  negative: readonly Bits[],
  strength: number,
  skew = 0,
) {
  const count = base.length;
  const out = arena.take(count, widths[dtype], skew);
  const statistics = arena.zeros(7);
  const around = arena.surroundings(out, count * widths[dtype]);
  arena.kernels.contrast({
    dtype,
    base: arena.putBits(dtype, base, skew),
    positive: arena.putBits(dtype, positive, (3 * skew) % 8),
    negative: arena.putBits(dtype, negative, (5 * skew) % 8),
    count,
    places: [{ strength, out, statistics }],
    scratch: arena.take(contrastScratch(1), 1),
  });
  return {
    out: arena.bits(dtype, out, count),
    statistics: [...arena.numbers(statistics, 7)],
    untouched: firstDifference(arena.surroundings(out, count * widths[dtype]), around),
  };
}

/** The same by way of float64 in memory. */
export function generally(
  arena: Arena,
  dtype: FloatDType,
  base: readonly Bits[],
  positive: readonly Bits[],
  negative: readonly Bits[],
  strength: number,
) {
  const count = base.length;
  const bases = arena.take(count, 8);
  const delta = arena.take(count, 8);
  const out = arena.take(count, widths[dtype]);
  const statistics = arena.zeros(7);
  const { kernels } = arena;
  kernels.load(dtype, arena.putBits(dtype, base), count, 1, bases);
  kernels.load(dtype, arena.putBits(dtype, positive), count, 1, delta);
  kernels.accumulate(dtype, arena.putBits(dtype, negative), count, -1, delta);
  kernels.round({
    dtype,
    base: bases,
    offset: 0,
    delta,
    bound: 0,
    strength,
    count,
    out,
    statistics,
    ambiguous: 0,
  });
  return { out: arena.bits(dtype, out, count), statistics: [...arena.numbers(statistics, 7)] };
}

/** A model and two fine-tunes of it, which differ from it by a few steps, one element in eight not at all. */
export function weights(dtype: FloatDType, count: number): [Bits[], Bits[], Bits[]] {
  const random = randomNumbers(count);
  const values = Array.from({ length: count }, () => 0.04 * random());
  const tuned = () => values.map((value, n) => encode(dtype, n % 8 === 0 ? value : value + 0.001 * random()));
  return [values.map((value) => encode(dtype, value)), tuned(), tuned()];
}

/** Sums of squares to six digits. */
export function expectClose(found: readonly number[], expected: readonly number[]): void {
  for (const n of [0, 1, 2]) {
    expect(Math.abs(found[n]! - expected[n]!)).toBeLessThanOrEqual(3e-6 * Math.abs(expected[n]!));
  }
}
