import { isBF16, isE4M3, isE5M2, isF16 } from './dtypes';
import { encodeByte, encodeFourBytes } from './encodeByte';

/** 2⁻¹¹²: shifts float32 exponents to float16's bias, and float16's subnormals to float32's. */
const rebias: f32 = 1.925929944387236e-34;

/** Writes a value that the target can hold. A NaN keeps sign and payload of `origin` if that is NaN too; always quiet. */
export function encode<T>(target: usize, value: f64, origin: f64): void {
  if (value != value) return encodeNaN<T>(target, origin);
  if (isFloat<T>()) return store<T>(target, <T>value);
  if (sizeof<T>() == 1) return encodeByte<T>(target, value);
  if (isBF16<T>()) return store<u16>(target, <u16>(reinterpret<u32>(<f32>value) >> 16));
  const sign = <u32>(reinterpret<u64>(value) >> 48) & 0x8000;
  const magnitude = reinterpret<u32>(<f32>abs<f64>(value) * rebias) >> 13;
  store<u16>(target, <u16>(sign | (abs<f64>(value) == Infinity ? 0x7c00 : magnitude)));
}

function encodeNaN<T>(target: usize, origin: f64): void {
  const bits: u64 = (origin != origin ? reinterpret<u64>(origin) : 0) | 0x7ff8000000000000;
  if (sizeof<T>() == 8) return store<u64>(target, bits);
  const sign = <u32>(bits >> 63);
  if (sizeof<T>() == 1) return store<u8>(target, <u8>((sign << 7) | 0x7f)); // The only NaN that torch writes.
  if (isFloat<T>()) return store<u32>(target, (sign << 31) | 0x7f800000 | (<u32>(bits >> 29) & 0x7fffff));
  if (isBF16<T>()) return store<u16>(target, <u16>((sign << 15) | 0x7f80 | (<u32>(bits >> 45) & 0x7f)));
  store<u16>(target, <u16>((sign << 15) | 0x7c00 | (<u32>(bits >> 42) & 0x3ff)));
}

/** Four float64 as float32; meaningless for a float64 target. */
// @ts-ignore: decorator
@inline function narrow(low: v128, high: v128): v128 {
  const lows = f32x4.demote_f64x2_zero(low);
  return v128.shuffle<i64>(lows, f32x4.demote_f64x2_zero(high), 0, 2);
}

/** The largest value of the target, as the bits of a float32. */
// @ts-ignore: decorator
@inline function largestSingle<T>(): i32 {
  if (isE4M3<T>()) return 0x43e00000;
  return isF16<T>() || isE5M2<T>() ? 0x477fffff : 0x7f7fffff;
}

/** Whether any of four values given by `nearestPair` is beyond the target's range, or NaN. */
// @ts-ignore: decorator
@inline export function isBeyond<T>(low: v128, high: v128): bool {
  if (sizeof<T>() == 8) {
    const largest = i64x2.splat(0x7fefffffffffffff);
    const bits = i64x2.splat(0x7fffffffffffffff);
    const lows = i64x2.gt_s(v128.and(low, bits), largest);
    return v128.any_true(v128.or(lows, i64x2.gt_s(v128.and(high, bits), largest)));
  }
  const largest = i32x4.splat(largestSingle<T>());
  return v128.any_true(i32x4.gt_s(v128.and(narrow(low, high), i32x4.splat(0x7fffffff)), largest));
}

/** Writes four values given by `nearestPair`, none of them beyond the range. */
// @ts-ignore: decorator
@inline export function encodeFour<T>(target: usize, low: v128, high: v128): void {
  if (sizeof<T>() == 8) {
    v128.store(target, low);
    v128.store(target, high, 16);
    return;
  }
  const singles = narrow(low, high);
  if (isFloat<T>()) {
    v128.store(target, singles);
    return;
  }
  if (sizeof<T>() == 1) return encodeFourBytes<T>(target, singles);
  const words = isBF16<T>() ? i32x4.shr_u(singles, 16) : halves(singles);
  v128.store64_lane(target, i16x8.narrow_i32x4_u(words, words), 0);
}

// @ts-ignore: decorator
@inline function halves(singles: v128): v128 {
  const scaled = f32x4.mul(singles, f32x4.splat(rebias));
  const magnitudes = v128.and(i32x4.shr_u(scaled, 13), i32x4.splat(0x7fff));
  return v128.or(magnitudes, v128.and(i32x4.shr_u(singles, 16), i32x4.splat(0x8000)));
}
