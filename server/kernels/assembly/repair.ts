import { blockElements, deltasAt, doubtsAt } from './block';

/** Elements whose doubts one 64-bit word holds. */
const wordElements: usize = 64;

const smallestNormal: f64 = 1.1754943508222875e-38; // 2⁻¹²⁶

/**
 * Computes the elements that float32 has left in doubt as everything else is defined: in float64, rounded once. Two at a
 * time; of an odd number, the last one twice. Returns false where a result is not a normal number.
 */
export function repair(base: usize, scratch: usize, strength: f64, target: usize, nil: i32): bool {
  const k = f64x2.splat(strength);
  const exponents = i64x2.splat(0x7ff0000000000000 ^ <i64>nil);
  const surplus = i64x2.splat(((<i64>45 << 52) | (<i64>1 << 51)) ^ <i64>nil);
  let smallest = f64x2.splat(1);
  for (let first: usize = 0; first < <usize>blockElements; first += wordElements) {
    let doubts = doubtsFrom(scratch + 2 * first);
    while (doubts != 0) {
      const i = first + <usize>ctz<u64>(doubts);
      doubts &= doubts - 1;
      const j = doubts == 0 ? i : first + <usize>ctz<u64>(doubts);
      doubts &= doubts - 1;
      const bases = upperHalvesAt(base + 2 * i, base + 2 * j);
      const deltas = v128.load32_lane(scratch + 4 * j, v128.load32_zero(scratch + 4 * i, deltasAt), 1, deltasAt);
      const values = f64x2.add(f64x2.promote_low_f32x4(bases), f64x2.mul(k, f64x2.promote_low_f32x4(deltas)));
      // As `nearestPair`, for what becomes a normal number.
      const sizes = v128.and(values, exponents);
      const steps = i64x2.add(sizes, surplus);
      const rounded = f32x4.demote_f64x2_zero(f64x2.sub(f64x2.add(values, steps), steps));
      smallest = f64x2.pmin(smallest, sizes);
      v128.store16_lane(target + 2 * i, rounded, 1);
      v128.store16_lane(target + 2 * j, rounded, 3);
    }
  }
  return !v128.any_true(f64x2.lt(smallest, f64x2.splat(smallestNormal)));
}

/** Two bfloat16 numbers as float32, in the lower half of a vector. */
// @ts-ignore: decorator
@inline function upperHalvesAt(one: usize, other: usize): v128 {
  return v128.load16_lane(other, v128.load16_lane(one, i32x4.splat(0), 1), 3);
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
