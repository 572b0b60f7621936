import type { FloatDType } from '#protocol/tensors.ts';
import { afterEach, describe, expect, test } from 'vitest';
import { randomNumbers, roundTo } from '../work/reference.ts';
import { Arena } from './arena.ts';
import { decode, encode, firstDifference, mixture, patterns, spacing, widths, type Bits } from './formats.ts';

const arena = new Arena();
afterEach(() => arena.clear());

const narrow = ['BF16', 'F16', 'F32'] as const;

describe.each(narrow)('%s, rounded at random', (dtype) => {
  const random = randomNumbers(1);
  const values = mixture('F64', 4000, random)
    .map((bits) => decode('F64', bits))
    .filter((value) => !Number.isNaN(value));
  const middling = mixture(dtype, 4000, random).map(
    (bits) => decode(dtype, bits) * (1 + 2 ** -12 * random()),
  );

  test.each([
    ['values of any size', values],
    ['values that the type holds nearly', middling],
  ])('%s: up or down as the definition says', (_, bases) => {
    const expected = bases.map((value, n) => encode(dtype, atRandom(dtype, value, uniform(7, n))));
    expect(firstDifference(round(dtype, bases, { seed: 7 }).out, expected)).toBeUndefined();
  });

  test('is one of the two neighbours, and what the type holds stays', () => {
    const { out } = round(dtype, middling, { seed: 8 });
    middling.forEach((value, n) => {
      const written = decode(dtype, out[n]!);
      if (!Number.isFinite(value) || !Number.isFinite(written)) return;
      expect(Math.abs(written - value)).toBeLessThan(2 * spacing(dtype, value));
      if (roundTo(dtype, value) === value) expect(written).toBe(value);
    });
  });

  test.each([0.01, 0.3, 0.5, 0.9])('is right on average for a value %d of the way up', (share) => {
    const count = 100_000;
    for (const base of [1, 1.5, -(2 ** -10), spacing(dtype, 0)]) {
      const step = spacing(dtype, base);
      const value = base + Math.sign(base) * share * step;
      const { out } = round(dtype, Array(count).fill(value), { seed: 3 });
      const ups = out.filter((bits) => decode(dtype, bits) !== base).length;
      // Five standard deviations.
      expect(Math.abs(ups - share * count)).toBeLessThan(5 * Math.sqrt(count * share * (1 - share)));
    }
  });

  test('does not depend on how a tensor is cut into blocks', () => {
    const whole = round(dtype, middling, { seed: 9, first: 1000 }).out;
    const pieces: Bits[] = [];
    for (let from = 0, length = 0; from < middling.length; from += length) {
      length = Math.min(1 + (from % 37), middling.length - from);
      pieces.push(...round(dtype, middling.slice(from, from + length), { seed: 9, first: 1000 + from }).out);
      arena.clear();
    }
    expect(firstDifference(pieces, whole)).toBeUndefined();
  });

  test('other seeds and other places draw other numbers', () => {
    const bases = Array(2000).fill(1 + spacing(dtype, 1) / 2);
    const draws = [
      { seed: 0 },
      { seed: 1 },
      { seed: 2 ** 32 - 1 },
      { seed: 0, first: 2000 },
      { seed: 0, first: 2 ** 40 },
    ].map((choice) => round(dtype, bases, choice).out.map((bits) => Number(bits !== encode(dtype, 1))));
    draws.forEach((one, n) => {
      for (const other of draws.slice(n + 1)) {
        const equal = one.filter((up, index) => up === other[index]).length;
        expect(Math.abs(equal - 1000)).toBeLessThan(5 * Math.sqrt(500));
      }
    });
  });

  test('between the largest value and infinity it is the nearest that counts', () => {
    const largest = { BF16: (2 - 2 ** -7) * 2 ** 127, F16: 65_504, F32: (2 - 2 ** -23) * 2 ** 127 }[dtype];
    const step = spacing(dtype, largest);
    const bases = Array.from({ length: 64 }, (_, n) => [largest + step / 4, -largest - step / 2][n % 2]!);
    const { out } = round(dtype, bases, { seed: 1 });
    const expected = bases.map((value) => (value > 0 ? encode(dtype, largest) : encode(dtype, -Infinity)));
    expect(firstDifference(out, expected)).toBeUndefined();
  });

  test('with a bound, elements that could fall to either side are ambiguous, the others as without', () => {
    const bounds = middling.map((value, n) => (n % 3 === 0 ? Math.abs(value) * 2 ** -13 : 0));
    const { out, ambiguous } = round(dtype, middling, { seed: 4, bound: bounds });
    const expected = middling.flatMap((value, n) => {
      const ends = [value - bounds[n]!, value + bounds[n]!].map((end) =>
        encode(dtype, atRandom(dtype, end, uniform(4, n))),
      );
      return Number.isFinite(value) && ends[0] === ends[1] ? [] : [n];
    });
    expect(ambiguous).toEqual(expected);
    const plain = round(dtype, middling, { seed: 4 }).out;
    const clear = patterns.slice(0, middling.length).filter((n) => !expected.includes(n));
    expect(
      firstDifference(
        clear.map((n) => out[n]!),
        clear.map((n) => plain[n]!),
      ),
    ).toBeUndefined();
  });
});

test('float64 has nothing to round', () => {
  const bases = [1 / 3, -0, Infinity, 5e-324];
  expect(round('F64', bases, { seed: 1 }).out).toEqual(bases.map((base) => encode('F64', base)));
});

test('statistics count what was written', () => {
  const bases = Array.from({ length: 1001 }, () => 1);
  const statistics = arena.zeros(7);
  const out = arena.take(1001, 2);
  const delta = arena.putNumbers(bases.map((_, n) => (n === 0 ? 0 : 2 ** -10)));
  const operands = { dtype: 'BF16', base: arena.putNumbers(bases), offset: 0, delta, bound: 0 } as const;
  arena.kernels.roundStochastically({
    ...operands,
    strength: 1,
    count: 1001,
    out,
    statistics,
    ambiguous: 0,
    seed: 2,
    first: 0,
  });
  const moved = arena.bits('BF16', out, 1001).filter((bits) => bits !== 0x3f80).length;
  const step = 2 ** -7;
  const sums = [1000 * 2 ** -20, moved * step ** 2, moved * step * 2 ** -10, 1000, 1000 - moved, 0, 0];
  expect([...arena.numbers(statistics, 7)]).toEqual(sums);
  expect(moved).toBeGreaterThan(0);
});

interface Choice {
  readonly seed: number;
  readonly first?: number;
  readonly bound?: readonly number[];
}

function round(dtype: FloatDType, bases: readonly number[], { seed, first = 0, bound }: Choice) {
  const count = bases.length;
  const out = arena.take(count, widths[dtype]);
  const indexes = arena.take(count, 4);
  const found = arena.kernels.roundStochastically({
    dtype,
    base: arena.putNumbers(bases),
    offset: 0,
    delta: arena.putNumbers(bases.map(() => -0)), // Leaves zeros their sign.
    bound: bound === undefined ? 0 : arena.putNumbers(bound),
    strength: 1,
    count,
    out,
    statistics: arena.zeros(7),
    ambiguous: bound === undefined ? 0 : indexes,
    seed,
    first,
  });
  return { out: arena.bits(dtype, out, count), ambiguous: [...arena.words(indexes, found)] };
}

/** The neighbour farther from zero where the random number is below the share of the way to it. */
function atRandom(dtype: 'BF16' | 'F16' | 'F32', value: number, random: number): number {
  const nearest = roundTo(dtype, value);
  if (nearest === value || !Number.isFinite(nearest)) return nearest;
  const step = spacing(dtype, value);
  const below = Math.floor(Math.abs(value) / step) * step;
  if (!Number.isFinite(roundTo(dtype, below + step))) return nearest;
  const size = random < (Math.abs(value) - below) / step ? below + step : below;
  return Math.sign(value) * size;
}

const word = (1n << 64n) - 1n;

function mix(state: bigint): bigint {
  let bits = ((state ^ (state >> 30n)) * 0xbf58476d1ce4e5b9n) & word;
  bits = ((bits ^ (bits >> 27n)) * 0x94d049bb133111ebn) & word;
  return bits ^ (bits >> 31n);
}

/** SplitMix64 (Steele, Lea, Flood 2014): 53 bits of the output number `index` of the stream that the seed begins. */
function uniform(seed: number, index: number): number {
  const increment = 0x9e3779b97f4a7c15n;
  const stream = mix((BigInt(seed) + increment) & word);
  return Number(mix((stream + (BigInt(index) + 1n) * increment) & word) >> 11n) / 2 ** 53;
}
