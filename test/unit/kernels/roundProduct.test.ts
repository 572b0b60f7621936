import { afterEach, describe, expect, test } from 'vitest';
import { randomNumbers } from '../work/reference.ts';
import { Arena } from './arena.ts';
import { decode, encode, firstDifference, mixture, widths } from './formats.ts';

const arena = new Arena();
afterEach(() => arena.clear());

const dtypes = ['BF16', 'F16', 'F32'] as const;
const precisions = ['F32', 'F64'] as const;
const kinds = dtypes.flatMap((dtype) => precisions.map((precision) => [dtype, precision] as const));

/** 2⁻⁵⁰ of both summands: more than float64 can lose on the way. */
const roundings = 2 ** -50;

interface Operands {
  readonly bases: readonly number[];
  readonly products: readonly number[];
  readonly norms: readonly number[];
  readonly strength: number;
  readonly factor: number;
  readonly floor: number;
}

describe.each(kinds)('%s plus a product in %s', (dtype, precision) => {
  const random = randomNumbers(1);
  const count = 5000;
  const bases = mixture(dtype, count, random).map((bits) => decode(dtype, bits));
  const products = bases.map((base, n) => {
    const size = n % 3 === 0 ? base : 2 ** -8 * base;
    const value = (Number.isFinite(size) ? size : 1) * random();
    return precision === 'F32' ? Math.fround(value) : value;
  });
  const norms = bases.map((base) => (Number.isFinite(base) ? Math.abs(base) : 1) * (random() + 1));
  const factor = dtype === 'F32' ? 2 ** -30 : 2 ** -14;
  const operands = { bases, products, norms, strength: -0.7, factor, floor: 2 ** -160 };

  test('rounds what the error cannot change, and lists all other elements', () => {
    const { out, ambiguous } = round(operands);
    const { expected, unclear } = defined(operands);
    expect(ambiguous).toEqual(unclear.map((n) => n + 100));
    const clear = bases.map((_, n) => n).filter((n) => !unclear.includes(n));
    expect(clear.length).toBeGreaterThan(count / 2);
    expect(unclear.length).toBeGreaterThan(0);
    expect(
      firstDifference(
        clear.map((n) => out[n]!),
        clear.map((n) => expected[n]!),
      ),
    ).toBeUndefined();
  });

  test('any length, any place, and nothing else is touched', () => {
    for (let length = 0; length <= 33; length++) {
      for (let skew = 0; skew < 8; skew++) {
        const some = cut(operands, skew * 40, length);
        const { out, ambiguous, untouched } = round(some, skew);
        const { expected, unclear } = defined(some);
        expect(ambiguous).toEqual(unclear.map((n) => n + 100));
        unclear.forEach((n) => (expected[n] = out[n]!));
        expect(firstDifference(out, expected)).toBeUndefined();
        expect(untouched).toBeUndefined();
        arena.clear();
      }
    }
  });

  test('counts what is clear, as `round` does', () => {
    const { statistics, ambiguous } = round(operands);
    const clear = bases.map((_, n) => n).filter((n) => !ambiguous.includes(n + 100));
    const pick = (values: readonly number[]) => clear.map((n) => values[n]!);
    const picked = { ...operands, bases: pick(bases), products: pick(products) };
    const expected = generally(picked);
    expect(statistics.slice(3)).toEqual(expected.slice(3));
    [0, 1, 2].forEach((n) => expect(statistics[n]! / expected[n]!).toBeCloseTo(1, 9));
  });

  test('a zero of either sign in the product is the same', () => {
    const zeros = { bases: [-0, -0, 0, 0], products: [-0, 0, -0, 0], norms: [1, 1, 1, 1], strength: 1 };
    const { ambiguous } = round({ ...zeros, factor: 0, floor: 2 ** -120 });
    expect(ambiguous).toEqual([100, 101, 102, 103]);
    const { out } = round({ ...zeros, factor: 0, floor: 0 });
    expect(out.map(Number)).toEqual([0, 0, 0, 0]);
  });

  test.each([Number.NaN, Infinity])('nothing is clear where the bound is %d', (norm) => {
    const five = { ...cut(operands, 200, 5), norms: Array(5).fill(norm) };
    expect(round(five).ambiguous).toEqual([100, 101, 102, 103, 104]);
  });

  test('single elements are rounded by their exact deltas', () => {
    const indexes = [4999, 0, 17, 17, 3, 256];
    const deltas = indexes.map((index) => products[index]! * (1 + 2 ** -50));
    const base = put(bases);
    const out = arena.take(count, widths[dtype]);
    const list = arena.take(indexes.length, 4);
    arena.words(list, indexes.length).set(indexes);
    const statistics = arena.zeros(7);
    const untouched = arena.bits(dtype, out, count);
    const call = { dtype, base, deltas: arena.putNumbers(deltas), strength: 1.3, indexes: list };
    arena.kernels.roundAt({ ...call, count: indexes.length, out, statistics });
    const written = arena.bits(dtype, out, count);
    indexes.forEach((index, n) => {
      const expected = encode(dtype, bases[index]! + 1.3 * deltas[n]!);
      if (!Number.isNaN(bases[index])) expect(written[index]).toBe(expected);
      written[index] = untouched[index]!;
    });
    expect(firstDifference(written, untouched)).toBeUndefined();
    const finite = indexes.filter((index) => Number.isFinite(bases[index])).length;
    const [counted = 0, odd = 0] = [arena.numbers(statistics, 7)[3], arena.numbers(statistics, 7)[6]];
    expect(counted).toBe(indexes.filter((i, n) => Number.isFinite(bases[i]) && deltas[n] !== 0).length);
    expect(odd).toBe(indexes.length - finite);
  });

  function put(values: readonly number[], skew = 0): number {
    return arena.putBits(
      dtype,
      values.map((value) => encode(dtype, value)),
      skew,
    );
  }

  function round({ bases, products, norms, strength, factor, floor }: Operands, skew = 0) {
    const length = bases.length;
    const out = arena.take(length, widths[dtype], skew);
    const list = arena.take(length, 4);
    const statistics = arena.zeros(7);
    const around = arena.surroundings(out, length * widths[dtype]);
    const found = arena.kernels.roundProduct({
      dtype,
      base: put(bases, (3 * skew) % 8),
      precision,
      product: arena.putBits(
        precision,
        products.map((value) => encode(precision, value)),
        skew % 4,
      ),
      strength,
      norms: arena.putNumbers(norms, skew % 2),
      factor,
      floor,
      count: length,
      out,
      statistics,
      ambiguous: list,
      first: 100,
    });
    return {
      out: arena.bits(dtype, out, length),
      ambiguous: [...arena.words(list, found)],
      statistics: [...arena.numbers(statistics, 7)],
      untouched: firstDifference(arena.surroundings(out, length * widths[dtype]), around),
    };
  }

  function defined({ bases, products, norms, strength, factor, floor }: Operands) {
    const unclear: number[] = [];
    const expected = bases.map((base, n) => {
      const requested = strength * (products[n]! + 0);
      const value = base + requested;
      const reach = factor * norms[n]! + floor + roundings * (Math.abs(base) + Math.abs(requested));
      const [below, above] = [value - reach, value + reach].map((end) => encode(dtype, end));
      if (!Number.isFinite(value) || below !== above) unclear.push(n);
      return below!;
    });
    return { expected, unclear };
  }

  function generally({ bases, products, strength }: Operands): number[] {
    const statistics = arena.zeros(7);
    arena.kernels.round({
      dtype,
      base: arena.putNumbers(bases),
      offset: 0,
      delta: arena.putNumbers(products),
      bound: 0,
      strength,
      count: bases.length,
      out: arena.take(bases.length, widths[dtype]),
      statistics,
      ambiguous: 0,
    });
    return [...arena.numbers(statistics, 7)];
  }
});

function cut(operands: Operands, from: number, length: number): Operands {
  const part = (values: readonly number[]) => values.slice(from, from + length);
  const { bases, products, norms } = operands;
  return { ...operands, bases: part(bases), products: part(products), norms: part(norms) };
}
