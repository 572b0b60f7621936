import { fromHalf } from './halfFloats.ts';

/**
 * The two 8-bit floating-point types of the OCP 8-bit Floating Point Specification (1.0), one value at a time, as torch
 * has them: `float8_e4m3fn` and `float8_e5m2`. These definitions are what faster code is compared with.
 */

/** The value of an E4M3 byte; exact. There is no infinity, and one NaN of each sign. */
export function fromE4M3(byte: number): number {
  const sign = byte & 0x80 ? -1 : 1;
  const exponent = (byte >> 3) & 0xf;
  const fraction = byte & 0x7;
  if (exponent === 0xf && fraction === 0x7) return Number.NaN;
  if (exponent === 0) return sign * fraction * 2 ** -9;
  return sign * (8 + fraction) * 2 ** (exponent - 10);
}

/** The value of an E5M2 byte, the upper half of a binary16; exact. */
export function fromE5M2(byte: number): number {
  return fromHalf(byte << 8);
}
