import type { FloatDType } from '#protocol/tensors.ts';
import { afterEach, describe, expect, test } from 'vitest';
import { randomNumbers, roundTo } from '../work/reference.ts';
import { Arena } from './arena.ts';
import {
  all,
  decode,
  encode,
  firstDifference,
  halves,
  mixture,
  patterns,
  quiet,
  spacing,
  widths,
  type Bits,
} from './formats.ts';

const arena = new Arena();
afterEach(() => arena.clear());

const largestBF16 = (2 - 2 ** -7) * 2 ** 127;

/** What is added to each value of a type, from its value and its distance to the next. */
const partners: readonly (readonly [string, (value: number, step: number) => number])[] = [
  ['zero', () => 0],
  ['negative zero', () => -0],
  ['half a step: a tie', (_, step) => step / 2],
  ['minus half a step', (_, step) => -step / 2],
  ['a little more than half a step', (_, step) => (step / 2) * (1 + 2 ** -30)],
  ['a little less than half a step', (_, step) => (step / 2) * (1 - 2 ** -30)],
  ['the least more than half a step that float64 can hold', (value, step) => step / 2 + ulp64(value)],
  ['the least less', (value, step) => step / 2 - ulp64(value)],
  ['a quarter of a step, which is a tie below a power of two', (_, step) => -step / 4],
  ['one and a half steps', (_, step) => 1.5 * step],
  ['minus itself', (value) => -value],
  ['nearly minus itself', (value) => -value * (1 - 2 ** -20)],
  ['minus twice itself', (value) => -2 * value],
  ['half of the smallest subnormal of bfloat16', () => 2 ** -134],
  ['a bit more than that', () => 2 ** -134 * (1 + 2 ** -40)],
  ['half of the smallest subnormal of float16', () => 2 ** -25],
  ['less than that', () => -(2 ** -26)],
  ['a float64 subnormal', () => 5e-324],
  ['the largest float16', () => 65_504],
  ['what makes the largest float16 overflow', () => 16],
  ['what does not quite', () => 16 - 2 ** -30],
  ['the largest bfloat16', () => largestBF16],
  ['more than any type but float64 holds', () => -1e300],
  ['infinity', () => Infinity],
  ['minus infinity', () => -Infinity],
  ['NaN', () => Number.NaN],
];

describe.each(halves)('all 65,536 values of %s', (dtype) => {
  test.each(partners)('plus %s', (_, partner) => {
    const values = patterns.map((bits) => decode(dtype, bits));
    const deltas = values.map((value) => partner(value, spacing(dtype, value)));
    expect(rounding(dtype, patterns, dtype, deltas, 1)).toBeUndefined();
  });

  test.each([0.3, 0.7, 1.3, 1.5, -8.2, 2 ** -70, 1e20])(
    'plus %d times a multiple of its step',
    (strength) => {
      const random = randomNumbers(4);
      const deltas = patterns.map((bits) => Math.round(16 * random()) * spacing(dtype, decode(dtype, bits)));
      expect(rounding(dtype, patterns, dtype, deltas, strength)).toBeUndefined();
    },
  );
});

describe.each(['F32', 'F64'] as const)('%s', (dtype) => {
  const bits = mixture(dtype, 20_000, randomNumbers(5));

  test.each(partners)('plus %s', (_, partner) => {
    const deltas = bits.map((each) => {
      const value = decode(dtype, each);
      return partner(value, dtype === 'F32' ? spacing('F32', value) : ulp64(value));
    });
    expect(rounding(dtype, bits, dtype, deltas, 1)).toBeUndefined();
  });

  test('values are rounded to narrower types once', () => {
    const deltas = bits.map(() => 0);
    for (const target of all) expect(rounding(dtype, bits, target, deltas, 1)).toBeUndefined();
  });
});

test.each([
  ['BF16', 1, 2 ** -8 + 2 ** -40, 0x3f81],
  ['BF16', 1, 2 ** -8, 0x3f80],
  ['BF16', 1, 2 ** -8 - 2 ** -40, 0x3f80],
  ['BF16', 1 + 2 ** -7, 2 ** -8, 0x3f82],
  ['F16', 1, 2 ** -11 + 2 ** -40, 0x3c01],
  ['F16', 1, 2 ** -11, 0x3c00],
  ['F16', 2 ** -24, -(2 ** -25), 0],
  ['F32', 1, 2 ** -24 + 2 ** -52, 0x3f800001],
  ['F32', 1, 2 ** -24, 0x3f800000],
] as const)('%s %d + %d is rounded once: %d', (dtype, base, delta, expected) => {
  const out = round(dtype, [base], [delta], 1).out;
  expect(out).toEqual([expected]);
});

test.each(all)(
  '%s: any length, any place, with and without an offset, and nothing else is touched',
  (dtype) => {
    const random = randomNumbers(6);
    const bases = mixture(dtype, 33, random).map((bits) => decode(dtype, bits));
    const deltas = bases.map(() => random());
    const offsets = bases.map(() => random() / 8);
    for (let count = 0; count <= 33; count++) {
      for (let skew = 0; skew < 8; skew++) {
        const offset = skew % 2 === 0 ? offsets.slice(0, count) : undefined;
        const found = round(dtype, bases.slice(0, count), deltas.slice(0, count), -0.3, { offset, skew });
        const expected = found.bases.map((base, index) =>
          encode(dtype, base + (offset === undefined ? 0 : offsets[index]!) + -0.3 * deltas[index]!),
        );
        const numbers = found.bases.map((base) => !Number.isNaN(base));
        expect(
          firstDifference(
            found.out.filter((_, n) => numbers[n]),
            expected.filter((_, n) => numbers[n]),
          ),
        ).toBeUndefined();
        expect(found.untouched).toBe(true);
        arena.clear();
      }
    }
  },
);

test('the offset is added to the scaled delta before the base, in float64', () => {
  const [base, offset, delta] = [1, -1, 2 ** -60];
  // (1 − 1) + 2⁻⁶⁰ would be 2⁻⁶⁰; −1 + 2⁻⁶⁰ is −1 in float64, and the sum 0.
  expect(round('F64', [base], [delta], 1, { offset: [offset] }).out).toEqual([0n]);
});

describe.each(halves)('a NaN in %s', (dtype) => {
  test('keeps its sign and payload, made quiet, where it was in the base', () => {
    const bits = patterns.filter((pattern) => Number.isNaN(decode(dtype, pattern)));
    const base = arena.take(bits.length, 8);
    arena.kernels.load(dtype, arena.putBits(dtype, bits), bits.length, 1, base);
    const out = call(dtype, {
      base,
      count: bits.length,
      delta: arena.putNumbers(bits.map(() => 1)),
      strength: 2,
    }).out;
    expect(
      firstDifference(
        out,
        bits.map((each) => quiet(dtype, each)),
      ),
    ).toBeUndefined();
  });
});

test.each(['BF16', 'F16', 'F32'] as const)('%s: what overflows is counted, and is in no sum', (dtype) => {
  const largest = { BF16: largestBF16, F16: 65_504, F32: (2 - 2 ** -23) * 2 ** 127 }[dtype];
  const step = spacing(dtype, largest);
  const bases = [largest, 1, -largest, largest, Infinity, Number.NaN, 0, 1];
  const deltas = [step / 2, 1, -step, step / 2 - step * 2 ** -20, 1, 1, 0, Infinity];
  const { statistics } = round(dtype, bases, deltas, 1);
  const nearly = step / 2 - step * 2 ** -20;
  expect(statistics).toEqual([1 + nearly ** 2, 1, 1, 4, 1, 2, 3]);
});

test.each(all)('%s: statistics are those of the elements one by one', (dtype) => {
  const random = randomNumbers(8);
  for (const count of [1, 3, 4, 7, 1000]) {
    const bases = Array.from({ length: count }, () => roundTo(dtype, random()));
    const deltas = bases.map((_, index) => (index % 5 === 0 ? 0 : 0.02 * random()));
    const { statistics } = round(dtype, bases, deltas, 0.7);
    const expected = [0, 0, 0, 0, 0, 0, 0];
    bases.forEach((base, index) => {
      const requested = 0.7 * deltas[index]!;
      const realised = roundTo(dtype, base + requested) - base;
      expected[0]! += requested ** 2;
      expected[1]! += realised ** 2;
      expected[2]! += requested * realised;
      expected[3]! += Number(requested !== 0);
      expected[4]! += Number(requested !== 0 && realised === 0);
    });
    expect(statistics.slice(3)).toEqual(expected.slice(3));
    statistics.slice(0, 3).forEach((sum, n) => expect(sum).toBeCloseTo(expected[n]!, 12));
  }
});

describe.each(['BF16', 'F16', 'F32'] as const)('with a bound, %s', (dtype) => {
  const random = randomNumbers(9);
  const bases = mixture(dtype, 4000, random).map((bits) => decode(dtype, bits));
  const deltas = bases.map((base) => (Number.isFinite(base) ? base * 2 ** -6 * random() : 1));
  const bounds = bases.map((base, n) => (n % 7 === 0 ? 0 : Math.abs(base) * 2 ** -10 * (random() + 1)));

  test.each([0, 1, 2, 3, 4000])(
    'exactly those elements are ambiguous whose ends round apart (%d)',
    (count) => {
      const some = bases.slice(0, count);
      const { out, ambiguous } = round(dtype, some, deltas, 1, { bound: bounds });
      const ends = some.map((base, n) => {
        const value = base + deltas[n]!;
        return [
          encode(dtype, value - bounds[n]!),
          encode(dtype, value + bounds[n]!),
          Number.isFinite(value),
        ] as const;
      });
      const expected = ends.flatMap(([below, above, finite], n) => (finite && below === above ? [] : [n]));
      expect(ambiguous).toEqual(expected);
      const clear = ends.map((_, n) => n).filter((n) => !expected.includes(n));
      expect(
        firstDifference(
          clear.map((n) => out[n]!),
          clear.map((n) => ends[n]![0]),
        ),
      ).toBeUndefined();
    },
  );

  test('what is ambiguous does not count', () => {
    const found = round(dtype, bases, deltas, 1, { bound: bounds });
    const clear = bases.map((_, n) => n).filter((n) => !found.ambiguous.includes(n));
    const alone = round(
      dtype,
      clear.map((n) => bases[n]!),
      clear.map((n) => deltas[n]!),
      1,
    );
    expect(found.statistics.slice(3)).toEqual(alone.statistics.slice(3));
  });

  test.each([Infinity, Number.NaN])('a bound of %d settles nothing', (bound) => {
    expect(
      round(dtype, [1, 2, 3, 4, 5], [0, 0, 0, 0, 0], 1, { bound: Array(5).fill(bound) }).ambiguous,
    ).toEqual([0, 1, 2, 3, 4]);
  });
});

/** Rounds every base + strength · delta and says where that is not what the definition gives. */
function rounding(
  from: FloatDType,
  bits: readonly Bits[],
  to: FloatDType,
  deltas: readonly number[],
  strength: number,
) {
  const base = arena.take(bits.length, 8);
  arena.kernels.load(from, arena.putBits(from, bits), bits.length, 1, base);
  const { out } = call(to, { base, count: bits.length, delta: arena.putNumbers(deltas), strength });
  const expected = bits.map((each, index) => {
    const value = decode(from, each);
    if (!Number.isNaN(value)) return encode(to, value + strength * deltas[index]!);
    return from === to ? quiet(to, each) : out[index]!;
  });
  return firstDifference(out, expected);
}

interface Extras {
  readonly offset?: readonly number[] | undefined;
  readonly bound?: readonly number[];
  readonly skew?: number;
}

function round(
  dtype: FloatDType,
  bases: readonly number[],
  deltas: readonly number[],
  strength: number,
  { offset, bound, skew = 0 }: Extras = {},
) {
  const base = arena.putNumbers(bases);
  const delta = arena.putNumbers(deltas.slice(0, bases.length));
  return {
    bases,
    ...call(dtype, {
      base,
      delta,
      count: bases.length,
      strength,
      skew,
      offset: offset && arena.putNumbers(offset),
      bound: bound && arena.putNumbers(bound.slice(0, bases.length)),
    }),
  };
}

interface Call {
  readonly base: number;
  readonly delta: number;
  readonly count: number;
  readonly strength: number;
  readonly offset?: number | undefined;
  readonly bound?: number | undefined;
  readonly skew?: number;
}

function call(dtype: FloatDType, { base, delta, count, strength, offset = 0, bound = 0, skew = 0 }: Call) {
  const out = arena.take(count, widths[dtype], skew);
  const indexes = arena.take(count, 4);
  const statistics = arena.zeros(7);
  const around = arena.surroundings(out, count * widths[dtype]);
  const operands = { dtype, base, offset, delta, bound, strength, count, out, statistics };
  const found = arena.kernels.round({ ...operands, ambiguous: bound === 0 ? 0 : indexes });
  return {
    out: arena.bits(dtype, out, count),
    statistics: [...arena.numbers(statistics, 7)],
    ambiguous: [...arena.words(indexes, found)],
    untouched: firstDifference(arena.surroundings(out, count * widths[dtype]), around) === undefined,
  };
}

function ulp64(value: number): number {
  if (!Number.isFinite(value)) return 0;
  const words = new BigUint64Array(Float64Array.of(Math.abs(value)).buffer);
  words[0] = words[0]! + 1n;
  return new Float64Array(words.buffer)[0]! - Math.abs(value);
}
