import { isBF16 } from './dtypes';

/** 2¹¹²: float16 exponents are biased by 15, float32 ones by 127. */
const rebias: f32 = 5.192296858534828e33;

/** Exact value of one element. */
// @ts-ignore: decorator
@inline export function decode<T>(source: usize): f64 {
  if (isFloat<T>()) return <f64>load<T>(source);
  if (isBF16<T>()) return <f64>reinterpret<f32>(<u32>load<u16>(source) << 16);
  const bits = <u32>load<u16>(source);
  const magnitude = bits & 0x7fff;
  const single = reinterpret<u32>(reinterpret<f32>(magnitude << 13) * rebias);
  const extended = magnitude < 0x7c00 ? single : single | 0x7f800000;
  return <f64>reinterpret<f32>(extended | ((bits & 0x8000) << 16));
}

/**
 * Four elements at a time take three calls: `quad` reads them (float64: only the first two), `lower` and `upper` give
 * two float64 each. Decoding is exact: every value of the narrower types is a float32, and every float32 a float64.
 */
// @ts-ignore: decorator
@inline export function quad<T>(source: usize): v128 {
  if (isFloat<T>()) return v128.load(source);
  const bits = v128.load16x4_u(source);
  if (isBF16<T>()) return i32x4.shl(bits, 16);
  const magnitude = v128.and(bits, i32x4.splat(0x7fff));
  const single = f32x4.mul(i32x4.shl(magnitude, 13), f32x4.splat(rebias));
  const infinite = i32x4.gt_s(magnitude, i32x4.splat(0x7bff));
  const extended = v128.or(single, v128.and(infinite, i32x4.splat(0x7f800000)));
  return v128.or(extended, i32x4.shl(v128.and(bits, i32x4.splat(0x8000)), 16));
}

// @ts-ignore: decorator
@inline export function lower<T>(quad: v128): v128 {
  if (sizeof<T>() == 8) return quad;
  return f64x2.promote_low_f32x4(quad);
}

// @ts-ignore: decorator
@inline export function upper<T>(quad: v128, source: usize): v128 {
  if (sizeof<T>() == 8) return v128.load(source, 16);
  return f64x2.promote_low_f32x4(v128.shuffle<i64>(quad, quad, 1, 1));
}
