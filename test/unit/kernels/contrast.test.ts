import { afterEach, describe, expect, test } from 'vitest';
import { randomNumbers } from '../work/reference.ts';
import { contrastScratch } from '../../../server/kernels/kernels.ts';
import { Arena } from './arena.ts';
import { contrast, difference, expectClose, generally, weights } from './contrasts.ts';
import { all, encode, firstDifference, halves, mixture, patterns, widths, type Bits } from './formats.ts';

const arena = new Arena();
afterEach(() => arena.clear());

const strengths = [1, -1, 0.3, 0.7, 1.5, -8.2, 0, 1e-30, 1e30, Infinity, Number.NaN];

describe.each(halves)('%s: all 65,536 values as base', (dtype) => {
  test.each(strengths)('and neighbours as the others, strength %d', (strength) => {
    const random = randomNumbers(1);
    const near = (bits: number) => (bits & 0x8000) | ((bits + Math.round(12 * random())) & 0x7fff);
    expect(
      difference(arena, dtype, patterns, patterns.map(near), patterns.map(near), strength),
    ).toBeUndefined();
  });

  test.each(strengths)('and anything as the others, strength %d', (strength) => {
    expect(difference(arena, dtype, patterns, anything(2), anything(3), strength)).toBeUndefined();
  });
});

test.each(['F32', 'F64'] as const)('%s: any patterns', (dtype) => {
  const bits = (seed: number) => mixture(dtype, 20_000, randomNumbers(seed));
  for (const strength of strengths) {
    expect(difference(arena, dtype, bits(4), bits(5).toReversed(), bits(6), strength)).toBeUndefined();
    arena.clear();
  }
});

describe.each(all)('%s: ordinary weights', (dtype) => {
  test.each(strengths)('at strength %d', (strength) => {
    expect(difference(arena, dtype, ...weights(dtype, 20_000), strength)).toBeUndefined();
  });

  test('any length, any place, and nothing else is touched', () => {
    const [base, positive, negative] = weights(dtype, 600);
    const lengths = [...Array(34).keys(), 255, 256, 257, 511, 512, 513, 600];
    for (const count of lengths) {
      for (let skew = 0; skew < 8; skew++) {
        const cut = (bits: readonly Bits[]) => bits.slice(0, count);
        expect(difference(arena, dtype, cut(base), cut(positive), cut(negative), 0.7, skew)).toBeUndefined();
        arena.clear();
      }
    }
  });

  test('several strengths at once are each as if alone', () => {
    const operands = weights(dtype, 1000);
    const several = [0.7, -1, 0, 1e30, Number.NaN, 0.7].map((strength) => ({
      strength,
      out: arena.take(1000, widths[dtype]),
      statistics: arena.zeros(7),
    }));
    const [base, positive, negative] = operands.map((bits) => arena.putBits(dtype, bits));
    const scratch = arena.take(contrastScratch(several.length), 1);
    const behind = arena.surroundings(scratch, contrastScratch(several.length));
    const pointers = { base: base!, positive: positive!, negative: negative! };
    arena.kernels.contrast({ dtype, ...pointers, count: 1000, places: several, scratch });
    expect(arena.surroundings(scratch, contrastScratch(several.length))).toEqual(behind);
    for (const { strength, out, statistics } of several) {
      const alone = contrast(arena, dtype, ...operands, strength);
      expect(firstDifference(arena.bits(dtype, out, 1000), alone.out)).toBeUndefined();
      expect([...arena.numbers(statistics, 7)]).toEqual(alone.statistics);
    }
  });

  test('statistics are those of the elements one by one', () => {
    for (const strength of [0.7, 1e-3, 2 ** -30, 5e-324, 0]) {
      const operands = weights(dtype, 3000);
      const found = contrast(arena, dtype, ...operands, strength).statistics;
      const expected = generally(arena, dtype, ...operands, strength).statistics;
      expect(found.slice(3)).toEqual(expected.slice(3));
      expectClose(found, expected);
      arena.clear();
    }
  });
});

/** A block of 256 ordinary weights, some of which are something else. */
describe('bfloat16, whole blocks with', () => {
  test.each([
    ['a NaN in the base', [0x7fc1, 0x3f80, 0x3f81]],
    ['a NaN in one fine-tune', [0x3f80, 0xff81, 0x3f81]],
    ['an infinity', [0x3f80, 0x7f80, 0x3f81]],
    ['infinities that cancel', [0x3f80, 0x7f80, 0x7f80]],
    ['a result that overflows', [0x7f7f, 0x7f7f, 0]],
    ['a result that nearly overflows', [0x7f7e, 0x7400, 0]],
    ['a difference beyond float32', [0, 0x7f7f, 0xff7f]],
    ['a result beyond float32', [0x7f7f, 0x7f7f, 0xff7f]],
    ['a difference that float32 cannot hold, which breaks a tie', [0x3b80, 0x3f80, 0xb080]],
    ['another, in the other direction', [0x3b81, 0x3f80, 0x3080]],
    ['a fine-tune 15 binades smaller', [0xbf80, 0x3f81, 0xb801]],
    ['a fine-tune 16 binades smaller', [0xbf80, 0x3f81, 0xb7ff]],
    ['a zero', [0, 0, 0]],
    ['a negative zero', [0x8000, 0, 0]],
    ['negative zeros only', [0x8000, 0x8000, 0x8000]],
    ['a sum that cancels', [0x3f80, 0, 0x3f80]],
    ['a subnormal result', [0x0001, 0x0003, 0x0001]],
    ['the smallest normal result', [0x0080, 0x0003, 0x0003]],
    ['a result just below it', [0x0080, 0x0001, 0x0002]],
    ['a zero in one fine-tune', [0x3f80, 0, 0x3f80]],
  ])('%s', (_, [base, positive, negative]) => {
    for (const strength of [1, -1, 0.3, 2 ** 19, 2 ** -19]) {
      for (const place of [0, 1, 100, 255]) {
        const put = (bits: readonly Bits[], value: number) => bits.with(place, value);
        const [bases, positives, negatives] = weights('BF16', 512);
        const operands = [put(bases, base!), put(positives, positive!), put(negatives, negative!)] as const;
        expect(difference(arena, 'BF16', ...operands, strength)).toBeUndefined();
        const found = contrast(arena, 'BF16', ...operands, strength).statistics;
        expect(found.slice(3)).toEqual(generally(arena, 'BF16', ...operands, strength).statistics.slice(3));
        arena.clear();
      }
    }
  });

  test.each([
    ['tiny weights', 2 ** -100, 2 ** -104],
    ['tiny differences', 1, 2 ** -70],
    ['huge weights', 2 ** 100, 2 ** 96],
    ['zeros that change', 0, 2 ** -3],
    ['differences of zero', 1, 0],
    ['nothing but zeros', 0, 0],
  ])('%s have exact counts and true sums', (_, size, change) => {
    const random = randomNumbers(7);
    const bases = Array.from({ length: 512 }, () => encode('BF16', size * random()));
    const changed = () => bases.map(() => encode('BF16', change * random()));
    const operands = [bases, changed(), changed()] as const;
    expect(difference(arena, 'BF16', ...operands, 0.7)).toBeUndefined();
    const found = contrast(arena, 'BF16', ...operands, 0.7).statistics;
    const expected = generally(arena, 'BF16', ...operands, 0.7).statistics;
    expect(found.slice(3)).toEqual(expected.slice(3));
    expectClose(found, expected);
  });

  test('ties, as halves and decimal strengths make them in half of all elements', () => {
    const random = randomNumbers(8);
    const near = (bits: number) => bits + Math.round(20 * random());
    const bases = Array.from({ length: 4096 }, () => 0x3c00 + Math.floor(400 * (random() + 1)));
    for (const strength of [0.5, 1.5, 0.1, 0.3, 0.7, 1.1, 1.3, 2.5, 8.2]) {
      expect(difference(arena, 'BF16', bases, bases.map(near), bases.map(near), strength)).toBeUndefined();
      arena.clear();
    }
  });
});

function anything(seed: number): Bits[] {
  const random = randomNumbers(seed);
  return patterns.map(() => Math.floor((random() + 1) * 2 ** 15));
}
