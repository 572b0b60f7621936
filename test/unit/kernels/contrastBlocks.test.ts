import { afterEach, describe, expect, test } from 'vitest';
import { randomNumbers } from '../work/reference.ts';
import { Arena } from './arena.ts';
import { contrast, difference, expectClose, generally } from './contrasts.ts';
import { decode, encode, type Bits } from './formats.ts';

/**
 * Whole blocks of bfloat16 are computed in float32 where that must give the same bits as float64. Here float32 is led
 * astray on purpose: what is written must still be the float64 result, bit for bit.
 */

const arena = new Arena();
afterEach(() => arena.clear());

const block = 256;

const fewBits = [1, -1, 2, -2, 0.5, -0.5, 1.5, -1.5, 0.75, 3, -5, 64, 1.0078125, 19661 / 2 ** 16];
const decimals = [
  0.3,
  -0.7,
  1.3,
  0.1,
  1 / 3,
  8.2,
  -8.2,
  63.9,
  1e-5,
  1 + 2 ** -23,
  1 + 2 ** -24,
  1 - 2 ** -53,
];
/** At the ends of what is tried in float32, and beyond. */
const extremes = [2 ** -16, 3 * 2 ** -17, 2 ** -20, 65, 1e5, 1e-30];
const strengths = [...fewBits, ...decimals, ...extremes];

/** Base, positive, negative. */
type Element = readonly [Bits, Bits, Bits];

type Draw = (random: () => number, strength: number) => Element;

const draws: Readonly<Record<string, Draw>> = {
  'steps between fine-tunes': (random) => {
    const base = pattern(random, -8, -4);
    return [base, base + steps(random, 5), base + steps(random, 5)];
  },
  'differences of up to 24 bits': (random) => {
    const exponent = Math.floor(10 * random());
    return [
      pattern(random, -6, 6),
      pattern(random, exponent, exponent),
      pattern(random, exponent - 14, exponent),
    ];
  },
  'sums that cancel': (random, strength) => {
    const [positive, negative] = [pattern(random, -6, 0), pattern(random, -6, 0)];
    const opposite = encode('BF16', -strength * (decode('BF16', positive) - decode('BF16', negative)));
    return [Number(opposite) + steps(random, 2), positive, negative];
  },
  'a base far below the difference': (random) => {
    const positive = pattern(random, 0, 0);
    return [pattern(random, -40, -8), positive, pattern(random, -9, -7)];
  },
  'a base far above the difference': (random) => [
    pattern(random, 0, 0),
    pattern(random, -20, -8),
    pattern(random, -24, -8),
  ],
  'zeros of both signs': (random) => {
    const value = random() < 0 ? zero(random) : pattern(random, -6, -4);
    return [zero(random), value, random() < 0 ? value : zero(random)];
  },
  'zeros in a fine-tune': (random) => [pattern(random, -6, -4), zero(random), pattern(random, -30, -4)],
  'no difference': (random) => {
    const value = pattern(random, -9, -4);
    return [random() < 0 ? zero(random) : pattern(random, -126, 127), value, value];
  },
  'subnormal numbers': (random) => [
    pattern(random, -127, -120),
    pattern(random, -127, -118),
    pattern(random, -127, -118),
  ],
  'results around what float32 holds of a product': (random) => [
    pattern(random, -100, -80),
    pattern(random, -112, -84),
    pattern(random, -112, -84),
  ],
  'the largest numbers': (random) => [
    pattern(random, 127, 127),
    pattern(random, 10, 20),
    pattern(random, 10, 20),
  ],
};

describe.each(Object.entries(draws))('%s', (_, draw) => {
  test.each(strengths)('at strength %d', (strength) => {
    const random = randomNumbers(1);
    const elements = Array.from({ length: 3 * block }, () => draw(random, strength));
    expectDefined(elements, strength);
  });
});

describe('where float32 would round to something else', () => {
  const misleading = [0.3, -0.7, 1.3, 0.1, 1 / 3, 8.2, -8.2, Math.fround(0.3), 19661 / 2 ** 16, 1 - 2 ** -53];

  test.each(misleading)('at strength %d', (strength) => {
    const hard = Object.values(draws)
      .slice(0, 5)
      .flatMap((draw) => misrounded(draw, strength, 6000));
    expect(hard.length).toBeGreaterThan(0);
    expectDefined(hard, strength);
  });

  test.each([
    [8, 19.02512836457754, [0xc1c9, 0x3fc0, 0xb897]],
    [64, 33.24828910824726, [0xc24d, 0x3fc9, 0x3a80]],
    [128, 37.4602222442918, [0xc2ad, 0x3ff1, 0xbecd]],
  ] as const)('although it is %d units from a tie, at strength %d', (units, strength, element) => {
    expect(isMisrounded(element, strength)).toBe(true);
    expect(Math.abs(distanceFromTie(element, strength))).toBe(units);
    expectDefined([element], strength);
  });

  test('because a product vanishes in part', () => {
    const [positive, negative] = [172 * 2 ** -126, 171 * 2 ** -133].map((value) => encode('BF16', value));
    const element: Element = [0x0001, positive!, negative!];
    const moving: Element = [0x3f80, 0x4f80, 0x4f00];
    expect(isMisrounded(element, 3 * 2 ** -17)).toBe(true);
    expect(written([element, moving], 3 * 2 ** -17)[0]).toBe(0x0001);
  });

  test.each([
    ['a tie that the base breaks upwards', [0x3080, 0x3f80, 0xbb80], 0x3f81],
    ['a tie that the base breaks downwards', [0xb080, 0x3f81, 0xbb80], 0x3f81],
    ['the same, negative', [0xb080, 0xbf80, 0x3b80], 0xbf81],
  ] as const)('%s, although the product is exact', (__, element, expected) => {
    expect(isMisrounded(element, 1)).toBe(true);
    for (const scale of [1, 2, 0.5]) {
      const [base, ...tuned] = element;
      const scaled = tuned.map((bits) => encode('BF16', decode('BF16', bits) / scale));
      const found = written([[base, scaled[0]!, scaled[1]!]], scale);
      expect(found[0]).toBe(expected);
    }
  });

  test.each([1.3, 0.3, 8.2, 1.5])(
    'sums just inside and outside of what is in doubt, at strength %d',
    (strength) => {
      const random = randomNumbers(3);
      const draw = (): Element => [pattern(random, 0, 0), pattern(random, -7, -2), pattern(random, -12, -7)];
      const near = Array.from({ length: 30_000 }, draw).filter(
        (element) => Math.abs(distanceFromTie(element, strength)) < 300,
      );
      expect(near.length).toBeGreaterThan(100);
      expectDefined(near, strength);
    },
  );
});

/** Elements among others that make a block worth trying, in every block at another place. */
function expectDefined(elements: readonly Element[], strength: number): void {
  const operands = blocksOf(elements);
  expect(difference(arena, 'BF16', ...operands, strength)).toBeUndefined();
  const found = contrast(arena, 'BF16', ...operands, strength).statistics;
  const expected = generally(arena, 'BF16', ...operands, strength).statistics;
  expect(found.slice(3)).toEqual(expected.slice(3));
  expectClose(found, expected);
}

function written(elements: readonly Element[], strength: number): Bits[] {
  return contrast(arena, 'BF16', ...blocksOf(elements), strength).out;
}

/** Filled up to whole blocks; one element in each is 1 + strength · (2 − 1). */
function blocksOf(elements: readonly Element[]): [Bits[], Bits[], Bits[]] {
  const ordinary: Element = [0x3f80, 0x4000, 0x3f80];
  const blocks = Math.ceil(elements.length / (block - 1));
  const all = Array.from({ length: blocks * block }, (_, n) => {
    const place = n % block;
    return place === block - 1 ? ordinary : (elements[n - Math.floor(n / block)] ?? ordinary);
  });
  return [
    all.map(([base]) => base),
    all.map(([, positive]) => positive),
    all.map(([, , negative]) => negative),
  ];
}

/** Those of many elements for which float32 is wrong. */
function misrounded(draw: Draw, strength: number, count: number): Element[] {
  const random = randomNumbers(2);
  const drawn = Array.from({ length: count }, () => draw(random, strength));
  return drawn.filter((element) => isMisrounded(element, strength));
}

/** Whether float32 throughout gives other bits than float64, rounded once. */
function isMisrounded(element: Element, strength: number): boolean {
  const [base, positive, negative] = element.map((bits) => decode('BF16', bits));
  const value = base! + strength * (positive! - negative!);
  return !Object.is(encode('BF16', single(element, strength)), encode('BF16', value));
}

function single(element: Element, strength: number): number {
  const [base, positive, negative] = element.map((bits) => decode('BF16', bits));
  const product = Math.fround(Math.fround(strength) * Math.fround(positive! - negative!));
  return Math.fround(base! + product);
}

/** Of the float32 result, in units of its last place. */
function distanceFromTie(element: Element, strength: number): number {
  const bits = new Uint32Array(Float32Array.of(single(element, strength)).buffer)[0]!;
  return (bits & 0xffff) - 0x8000;
}

/** A number whose exponent is in a range, both ends included; −127 is subnormal. */
function pattern(random: () => number, from: number, to: number): number {
  const exponent = from + Math.floor(((random() + 1) / 2) * (to - from + 1));
  return zero(random) | ((exponent + 127) << 7) | Math.floor(64 * (random() + 1));
}

function zero(random: () => number): number {
  return random() < 0 ? 0x8000 : 0;
}

function steps(random: () => number, most: number): number {
  return Math.round(most * random());
}
