import { describe, expect, test } from 'vitest';
import { decode, isDecodable } from '../../../server/tensors/decode.ts';
import { encode } from '../../../server/tensors/encode.ts';
import { fromBrainFloat, fromHalf, toBrainFloat, toHalf } from '../../../server/tensors/halfFloats.ts';

interface Format {
  readonly name: string;
  readonly exponentBits: number;
  readonly fractionBits: number;
  readonly from: (bits: number) => number;
  readonly to: (value: number) => number;
}

const formats: readonly Format[] = [
  { name: 'F16', exponentBits: 5, fractionBits: 10, from: fromHalf, to: toHalf },
  { name: 'BF16', exponentBits: 8, fractionBits: 7, from: fromBrainFloat, to: toBrainFloat },
];

/** IEEE 754, section 3.4, for any format: (−1)^s · 2^(e − bias) · (1 + f/2^p), without the 1 where e is 0. */
function valueOf(bits: number, { exponentBits, fractionBits }: Format): number {
  const sign = bits >>> 15 === 1 ? -1 : 1;
  const exponent = (bits >>> fractionBits) & (2 ** exponentBits - 1);
  const fraction = (bits & (2 ** fractionBits - 1)) / 2 ** fractionBits;
  const bias = 2 ** (exponentBits - 1) - 1;
  if (exponent === 2 ** exponentBits - 1) return fraction === 0 ? sign * Infinity : Number.NaN;
  return exponent === 0 ? sign * fraction * 2 ** (1 - bias) : sign * (1 + fraction) * 2 ** (exponent - bias);
}

describe.each(formats)('$name', (format) => {
  const { from, to, exponentBits, fractionBits } = format;
  const infinity = (2 ** exponentBits - 1) << fractionBits;

  test('decodes all 65,536 bit patterns', () => {
    const wrong: number[] = [];
    for (let bits = 0; bits < 65_536; bits++)
      if (!Object.is(from(bits), valueOf(bits, format))) wrong.push(bits);
    expect(wrong).toEqual([]);
  });

  test('encodes every value to its own bits, and NaN to NaN', () => {
    const wrong: number[] = [];
    for (let bits = 0; bits < 65_536; bits++) {
      const back = to(valueOf(bits, format));
      const isNaN = (bits & 0x7fff) > infinity;
      if (isNaN ? (back & 0x7fff) <= infinity : back !== bits) wrong.push(bits);
    }
    expect(wrong).toEqual([]);
  });

  test('rounds between all neighbours to the nearer, ties to even, and only once', () => {
    const wrong: unknown[] = [];
    for (let bits = 0; bits < infinity; bits++) {
      const low = valueOf(bits, format);
      const next = valueOf(bits + 1, format);
      const high = Number.isFinite(next) ? next : 2 * low - valueOf(bits - 1, format);
      const middle = (low + high) / 2;
      const cases = [
        [middle, bits + (bits & 1)],
        [below(middle), bits],
        [above(middle), bits + 1],
        [above(low), bits],
        [below(high), bits + 1],
      ] as const;
      for (const [value, expected] of cases) {
        if (to(value) !== expected) wrong.push([value, expected, to(value)]);
        if (to(-value) !== expected + 0x8000) wrong.push([-value, expected + 0x8000, to(-value)]);
      }
    }
    expect(wrong).toEqual([]);
  });

  test.each([
    [1e300, 0],
    [-1e300, 0x8000],
  ])('makes %d infinite', (value, sign) => {
    expect(to(value)).toBe(infinity | sign);
  });

  test.each([
    [Number.MIN_VALUE, 0],
    [-Number.MIN_VALUE, 0x8000],
    [-0, 0x8000],
  ])('makes %d a zero with its sign', (value, expected) => {
    expect(to(value)).toBe(expected);
  });
});

const bits64 = new BigInt64Array(1);
const value64 = new Float64Array(bits64.buffer);

/** The next float64 away from zero; `below` the next towards it. Values are positive. */
function above(value: number): number {
  value64[0] = value;
  bits64[0]! += 1n;
  return value64[0];
}

function below(value: number): number {
  value64[0] = value;
  bits64[0]! -= 1n;
  return value64[0];
}

describe('encode', () => {
  test('rounds once where going through float32 would round twice', () => {
    const justAboveATie = 1 + 2 ** -8 + 2 ** -40;
    expect([...encode('BF16', [justAboveATie])]).toEqual([0x81, 0x3f]);
    expect([...encode('BF16', [Math.fround(justAboveATie)])]).toEqual([0x80, 0x3f]);
    expect([...encode('F16', [1 + 2 ** -11 + 2 ** -40])]).toEqual([0x01, 0x3c]);
  });

  test.each([
    ['F64', Math.PI, '182d4454fb210940'],
    ['F32', Math.PI, 'db0f4940'],
    ['F32', 1e39, '0000807f'],
    ['F32', 2 ** -149, '01000000'],
    ['F32', 2 ** -150, '00000000'],
    ['F32', Number.NaN, '0000c07f'],
    ['F16', Number.NaN, '007e'],
    ['BF16', Number.NaN, 'c07f'],
    ['F16', 65519.99, 'ff7b'],
    ['F16', 65520, '007c'],
  ] as const)('writes %s of %d little-endian', (dtype, value, expected) => {
    expect(Buffer.from(encode(dtype, [value])).toString('hex')).toBe(expected);
  });
});

describe('decode', () => {
  test.each([
    ['F64', '182d4454fb210940', [Math.PI]],
    ['F32', 'db0f4940', [Math.fround(Math.PI)]],
    ['F16', '003c00fc', [1, -Infinity]],
    ['BF16', '803f80ff', [1, -Infinity]],
    ['I64', 'ffffffffffffffff', [-1]],
    ['U64', 'ffffffffffffffff', [2 ** 64]],
    ['I64', '01000000000020000300000000002000', [2 ** 53, 2 ** 53 + 4]],
    ['I32', '00000080', [-(2 ** 31)]],
    ['U32', 'ffffffff', [2 ** 32 - 1]],
    ['I16', '0080', [-(2 ** 15)]],
    ['U16', 'ffff', [2 ** 16 - 1]],
    ['I8', '80', [-128]],
    ['U8', 'ff', [255]],
    ['BOOL', '0001', [0, 1]],
  ] as const)('reads %s', (dtype, hex, expected) => {
    const padded = Buffer.concat([Buffer.from([0]), Buffer.from(hex, 'hex')]);
    expect([...decode(dtype, padded.subarray(1))]).toEqual(expected);
  });

  test('refuses a part of an element', () => {
    expect(() => decode('F32', new Uint8Array(6))).toThrow(RangeError);
  });

  test.each(['C64', 'F8_E4M3FNUZ', 'F8_E8M0', 'F6_E2M3', 'F4'] as const)(
    'does not claim to know %s',
    (dtype) => {
      expect(isDecodable(dtype)).toBe(false);
    },
  );
});
