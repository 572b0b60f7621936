import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import { fromE4M3, fromE5M2 } from '../../../server/tensors/byteFloats.ts';
import { fromHalf } from '../../../server/tensors/halfFloats.ts';
import { widenBytes } from '../../../server/work/widen.ts';
import { randomNumbers } from '../work/reference.ts';
import { Arena } from './arena.ts';

const arena = new Arena();
afterEach(() => arena.clear());

const path = fileURLToPath(new URL('../../fixtures/byteFloats/reference.json', import.meta.url));
type Reference = Record<
  'F8_E4M3' | 'F8_E5M2',
  { readonly values: string; readonly singles: string; readonly rounded: string }
>;
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Written by the generator beside it.
const reference = JSON.parse(readFileSync(path, 'utf8')) as Reference;

const bytesOf = (text: string) => Uint8Array.from(Buffer.from(text, 'base64'));
const every = Uint8Array.from({ length: 256 }, (_, byte) => byte);
const ofByte = { F8_E4M3: fromE4M3, F8_E5M2: fromE5M2 } as const;

describe.each(['F8_E4M3', 'F8_E5M2'] as const)('%s', (dtype) => {
  const values = [...new Float64Array(bytesOf(reference[dtype].values).buffer)];

  test('has the values that torch gives each byte', () => {
    expect([...every].map(ofByte[dtype])).toEqual(values);
  });

  test('is widened to binary16 without a change', () => {
    const halves = new Uint16Array(256);
    widenBytes(dtype, every, halves);
    expect([...halves].map(fromHalf)).toEqual(values);
  });

  test('is widened in its own place, read into the end of it', () => {
    const place = new Uint8Array(512);
    place.set(every, 256);
    widenBytes(dtype, place.subarray(256), new Uint16Array(place.buffer));
    expect([...new Uint16Array(place.buffer)].map(fromHalf)).toEqual(values);
  });

  test('is rounded to as torch converts float32: ties, overflow, signs and NaN', () => {
    const singles = new Float32Array(bytesOf(reference[dtype].singles).buffer);
    const { out } = rounded(dtype, [...singles]);
    const expected = bytesOf(reference[dtype].rounded);
    const wrong = [...out].flatMap((byte, index) =>
      byte === expected[index] || isNaN64(singles[index])
        ? []
        : [`${singles[index]} → ${byte}, not ${expected[index]}`],
    );
    expect(wrong).toEqual([]);
  });

  test('of NaN becomes its NaN', () => {
    const { out } = rounded(dtype, [Number.NaN, 0, 0, 0, Number.NaN]);
    expect([...out].map((byte) => byte & 0x7f)).toEqual([0x7f, 0, 0, 0, 0x7f]);
  });

  test('is rounded to once: what float32 would make a tie is none', () => {
    const finite = values.filter((value) => Number.isFinite(value)).toSorted((a, b) => a - b);
    const middles = finite.slice(1).map((value, index) => (value + (finite[index] ?? 0)) / 2);
    const inputs = middles.flatMap((middle) =>
      middle === 0 ? [] : [middle * (1 + 2 ** -40), middle * (1 - 2 ** -40)],
    );
    const found = [...rounded(dtype, inputs).out].map(ofByte[dtype]);
    expect(found.map((value) => value + 0)).toEqual(inputs.map((input) => closest(finite, input)));
  });

  test('counts what is beyond its range', () => {
    const { statistics } = rounded(dtype, [1e6, 1, -1e6, 2, 3, 4, 5]);
    expect(statistics[5]).toBe(2);
  });

  test('at random becomes one of the two values around it, and is right on average', () => {
    const value = values[0x31] ?? 0;
    const next = values[0x32] ?? 0;
    const count = 4000;
    const { out } = rounded(dtype, Array(count).fill(value + (next - value) / 4), 5);
    const share = [...out].filter((byte) => byte === 0x32).length / count;
    expect(new Set(out)).toEqual(new Set([0x31, 0x32]));
    expect(Math.abs(share - 0.25)).toBeLessThan(0.03);
  });
});

function isNaN64(value: number | undefined): boolean {
  return Number.isNaN(value);
}

function closest(values: readonly number[], wanted: number): number {
  return values.reduce((best, value) => (Math.abs(value - wanted) < Math.abs(best - wanted) ? value : best));
}

/** base + 1 · delta with the value split at random between the two, exactly. */
function rounded(dtype: 'F8_E4M3' | 'F8_E5M2', values: readonly number[], seed?: number) {
  const count = values.length;
  const random = randomNumbers(3);
  const isBase = values.map((value) => value === 0 || random() > 0);
  const out = arena.take(count, 1);
  const statistics = arena.zeros(7);
  const call = {
    dtype,
    base: arena.putNumbers(values.map((value, index) => (isBase[index] === true ? value : 0))),
    offset: 0,
    delta: arena.putNumbers(values.map((value, index) => (isBase[index] === true ? -0 : value))),
    bound: 0,
    strength: 1,
    count,
    out,
    statistics,
    ambiguous: 0,
  };
  if (seed === undefined) arena.kernels.round(call);
  else arena.kernels.roundStochastically({ ...call, seed, first: 0 });
  return {
    out: new Uint8Array(arena.memory.buffer.slice(out, out + count)),
    statistics: [...arena.numbers(statistics, 7)],
  };
}
