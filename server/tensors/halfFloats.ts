/**
 * The two 16-bit floating-point types, one value at a time: IEEE 754 binary16 (F16) and the upper half of
 * binary32 (BF16). These definitions are what faster code is compared with.
 */

const single = new Float32Array(1);
const singleBits = new Uint32Array(single.buffer);

/** The value of a binary16 bit pattern; exact. */
export function fromHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : Number.NaN;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (0x400 + fraction) * 2 ** (exponent - 25);
}

/** The value of a bfloat16 bit pattern; exact. */
export function fromBrainFloat(bits: number): number {
  singleBits[0] = bits << 16;
  return single[0] ?? Number.NaN;
}

/** Rounds once to binary16, to nearest even: 65520 and above become infinite, NaN becomes a quiet NaN with its sign. */
export function toHalf(value: number): number {
  const odd = toSingleOdd(value);
  const sign = (odd >>> 16) & 0x8000;
  const magnitude = odd & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00;
  if (magnitude >= 0x477ff000) return sign | 0x7c00;
  if (magnitude < 0x38800000) return sign | subnormalHalf(magnitude);
  return sign | shiftToEven(magnitude - 0x38000000, 13);
}

/** Rounds once to bfloat16, to nearest even; values beyond the largest become infinite, every NaN 0x7fc0. */
export function toBrainFloat(value: number): number {
  const odd = toSingleOdd(value);
  const magnitude = odd & 0x7fffffff;
  if (magnitude > 0x7f800000) return 0x7fc0;
  return ((odd >>> 16) & 0x8000) | shiftToEven(magnitude, 16);
}

/**
 * The bits of a float64 in float32, rounded to odd: truncated, and the last bit set where anything was lost.
 * Rounding that to nearest even in a type at least two bits shorter is as good as one rounding
 * (Boldo & Melquiond, "Emulation of FMA and correctly rounded sums", 2008).
 */
function toSingleOdd(value: number): number {
  single[0] = value;
  const rounded = single[0] ?? 0;
  const bits = singleBits[0] ?? 0;
  if (rounded === value || Number.isNaN(value)) return bits;
  return (Math.abs(rounded) > Math.abs(value) ? bits - 1 : bits) | 1;
}

/** Units of 2⁻²⁴ in a float32 magnitude below 2⁻¹⁴. */
function subnormalHalf(magnitude: number): number {
  const shift = 126 - (magnitude >>> 23);
  return shift > 24 ? 0 : shiftToEven((magnitude & 0x7fffff) | 0x800000, shift);
}

function shiftToEven(bits: number, shift: number): number {
  const lastBit = (bits >>> shift) & 1;
  return (bits + 2 ** (shift - 1) - 1 + lastBit) >>> shift;
}
