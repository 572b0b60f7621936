import type { FloatDType } from '#protocol/tensors.ts';
import { roundTo } from '../work/reference.ts';

/** Floating-point formats by their definition, one value at a time: what the kernels are compared with. */

/** A value's bit pattern: a number up to 32 bits, a bigint for float64. */
export type Bits = number | bigint;

export const widths: Readonly<Record<FloatDType, number>> = { F64: 8, F32: 4, F16: 2, BF16: 2 };

const fields = { F16: [5, 10], BF16: [8, 7], F32: [8, 23] } as const;

export const halves = ['BF16', 'F16'] as const;
export const all = ['BF16', 'F16', 'F32', 'F64'] as const;

/** Every bit pattern of a 16-bit type. */
export const patterns = Array.from({ length: 2 ** 16 }, (_, bits) => bits);

const scratch = new DataView(new ArrayBuffer(8));

/** (−1)^sign · 1.mantissa · 2^(exponent − bias); of NaN the payload is lost. */
export function decode(dtype: FloatDType, bits: Bits): number {
  if (dtype === 'F64') {
    scratch.setBigUint64(0, BigInt(bits));
    return scratch.getFloat64(0);
  }
  const [exponentBits, mantissaBits] = fields[dtype];
  const word = Number(bits);
  const mantissa = (word % 2 ** mantissaBits) / 2 ** mantissaBits;
  const exponent = Math.floor(word / 2 ** mantissaBits) % 2 ** exponentBits;
  const sign = word >= 2 ** (exponentBits + mantissaBits) ? -1 : 1;
  const bias = 2 ** (exponentBits - 1) - 1;
  if (exponent === 2 ** exponentBits - 1) return mantissa === 0 ? sign * Infinity : Number.NaN;
  return exponent === 0 ? sign * mantissa * 2 ** (1 - bias) : sign * (1 + mantissa) * 2 ** (exponent - bias);
}

const encoded = new Map<string, Map<number, number>>();

/** The pattern of a value that the type can hold, or of the nearest one. NaN: quiet, positive, without a payload. */
export function encode(dtype: FloatDType, value: number): Bits {
  const rounded = roundTo(dtype, value);
  if (dtype === 'F64') {
    scratch.setFloat64(0, rounded);
    return Number.isNaN(value) ? 0x7ff8000000000000n : scratch.getBigUint64(0);
  }
  if (dtype === 'F32') {
    scratch.setFloat32(0, rounded);
    return Number.isNaN(value) ? 0x7fc00000 : scratch.getUint32(0);
  }
  if (Number.isNaN(value)) return dtype === 'F16' ? 0x7e00 : 0x7fc0;
  const sign = Object.is(Math.sign(rounded), -0) || rounded < 0 ? 0x8000 : 0;
  return sign + (magnitudes(dtype).get(Math.abs(rounded)) ?? Number.NaN);
}

function magnitudes(dtype: 'BF16' | 'F16'): ReadonlyMap<number, number> {
  const known = encoded.get(dtype);
  if (known !== undefined) return known;
  const made = new Map(patterns.slice(0, 0x8000).map((bits) => [decode(dtype, bits), bits]));
  encoded.set(dtype, made);
  return made;
}

/** The pattern of a NaN after arithmetic: sign and payload as they were, and quiet. */
export function quiet(dtype: FloatDType, bits: Bits): Bits {
  if (dtype === 'F64') return BigInt(bits) | 0x0008000000000000n;
  const bit = { BF16: 0x40, F16: 0x200, F32: 0x400000 }[dtype];
  return (Number(bits) | bit) >>> 0;
}

/** The distance from a value to the next one of the type, away from zero. */
export function spacing(dtype: 'BF16' | 'F16' | 'F32', value: number): number {
  const { precision, smallest } = {
    F32: { precision: 24, smallest: -149 },
    F16: { precision: 11, smallest: -24 },
    BF16: { precision: 8, smallest: -133 },
  }[dtype];
  if (value === 0 || !Number.isFinite(value)) return 2 ** smallest;
  scratch.setFloat64(0, Math.abs(value));
  const exponent = (scratch.getUint16(0) >>> 4) - 1023;
  return 2 ** Math.max(exponent - precision + 1, smallest);
}

/** Patterns that are not ordinary, of every kind, for each type; of NaN several payloads, quiet and signalling. */
export const specials: Readonly<Record<FloatDType, readonly Bits[]>> = {
  BF16: withSigns([0, 1, 0x7f, 0x80, 0x3f80, 0x7f7f, 0x7f80, 0x7f81, 0x7fc0, 0x7fff], 0x8000),
  F16: withSigns([0, 1, 0x3ff, 0x400, 0x3c00, 0x7bff, 0x7c00, 0x7c01, 0x7e00, 0x7fff], 0x8000),
  F32: withSigns(
    [0, 1, 0x7fffff, 0x800000, 0x3f800000, 0x7f7fffff, 0x7f800000, 0x7f800001, 0x7fc00000, 0x7fffffff],
    2 ** 31,
  ),
  F64: [0n, 1n, 0x3ff0000000000000n, 0x7fefffffffffffffn, 0x7ff0000000000000n, 0x7ff8000000000000n].flatMap(
    (bits) => [bits, bits | (1n << 63n)],
  ),
};

function withSigns(bits: readonly number[], sign: number): readonly number[] {
  return bits.flatMap((word) => [word, word + sign]);
}

/** `count` patterns, uniformly: all exponents are as likely. The specials come first. */
export function mixture(dtype: FloatDType, count: number, random: () => number): Bits[] {
  const draw = () => Math.floor((random() + 1) * 2 ** 31);
  return Array.from({ length: count }, (_, index) => {
    const special = specials[dtype][index];
    if (special !== undefined) return special;
    if (dtype === 'F64') return (BigInt(draw()) << 32n) | BigInt(draw());
    return dtype === 'F32' ? draw() : draw() % 2 ** 16;
  });
}

/** The first place where two lists of patterns or numbers differ, in words; NaN equals NaN, 0 is not −0. */
export function firstDifference(found: ArrayLike<Bits>, expected: ArrayLike<Bits>): string | undefined {
  if (found.length !== expected.length) return `${found.length} instead of ${expected.length}`;
  for (let index = 0; index < found.length; index++) {
    if (!Object.is(found[index], expected[index])) {
      return `element ${index} is ${found[index]}, not ${expected[index]}`;
    }
  }
  return undefined;
}
