import { blockElements, delta0At, doubtsAt } from './block';
import { decode } from './decode';
import { BF16 } from './dtypes';
import { nearest } from './nearest';

/** Elements whose doubts one 64-bit word holds. */
const wordElements: usize = 64;

const smallestNormal: f64 = 1.1754943508222875e-38; // 2⁻¹²⁶

/** Computes the elements that float32 has left in doubt as everything else is defined: in float64, rounded once. */
export function repair(base: usize, scratch: usize, strength: f64, target: usize): void {
  for (let first: usize = 0; first < <usize>blockElements; first += wordElements) {
    for (let doubts = doubtsFrom(scratch + 2 * first); doubts != 0; doubts &= doubts - 1) {
      const i = first + <usize>ctz<u64>(doubts);
      const value = decode<BF16>(base + 2 * i);
      const single = <f32>rounded(value + strength * deltaAt(scratch, i));
      store<u16>(target + 2 * i, <u16>(reinterpret<u32>(single) >> 16));
    }
  }
}

/** `nearest` with a shorter way for normal numbers; nothing in a block overflows. */
// @ts-ignore: decorator
@inline function rounded(value: f64): f64 {
  if (abs<f64>(value) < smallestNormal) return nearest<BF16>(value);
  const exponent = reinterpret<u64>(value) & 0x7ff0000000000000;
  const steps = reinterpret<f64>(exponent + ((<u64>45 << 52) | (<u64>1 << 51)));
  return value + steps - steps;
}

/** From `delta0At` where the number is even, from `delta1At` where it is odd. */
// @ts-ignore: decorator
@inline function deltaAt(scratch: usize, i: usize): f64 {
  const isOdd = i & 1;
  return <f64>load<f32>(scratch + 2 * (i - isOdd) + isOdd * <usize>(2 * blockElements), delta0At);
}

// @ts-ignore: decorator
@inline function doubtsFrom(at: usize): u64 {
  return sixteen(at) | (sixteen(at + 32) << 16) | (sixteen(at + 64) << 32) | (sixteen(at + 96) << 48);
}

// @ts-ignore: decorator
@inline function sixteen(at: usize): u64 {
  const bytes = i8x16.narrow_i16x8_s(v128.load(at, doubtsAt), v128.load(at, doubtsAt + 16));
  return <u64>i8x16.bitmask(bytes);
}
