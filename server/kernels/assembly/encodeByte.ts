import { isE4M3 } from './dtypes';

/**
 * The two 8-bit floats of the OCP specification: E4M3 (bias 7, no infinity, NaN is 0x7f) and E5M2 (bias 15, the upper
 * half of a binary16). A power of two shifts float32 exponents to their bias, subnormals included.
 */
// @ts-ignore: decorator
@inline function rebias<T>(): f32 {
  return isE4M3<T>() ? <f32>7.52316384526264e-37 : <f32>1.925929944387236e-34; // 2⁻¹²⁰, 2⁻¹¹²
}

/** What stands for an infinity. E4M3 has none: as torch does since 2.13, the largest value is written, 448. */
// @ts-ignore: decorator
@inline function beyond<T>(): u32 {
  return isE4M3<T>() ? 0x7e : 0x7c;
}

/** Bits of float32 mantissas that the target does not have. */
// @ts-ignore: decorator
@inline function surplus<T>(): i32 {
  return isE4M3<T>() ? 20 : 21;
}

/** Writes a value that the target can hold, or an infinity. */
export function encodeByte<T>(target: usize, value: f64): void {
  const sign = <u32>(reinterpret<u64>(value) >> 56) & 0x80;
  const magnitude = reinterpret<u32>(<f32>abs<f64>(value) * rebias<T>()) >> surplus<T>();
  store<u8>(target, <u8>(sign | (abs<f64>(value) == Infinity ? beyond<T>() : magnitude)));
}

/** Writes four float32 that the target can hold. */
// @ts-ignore: decorator
@inline export function encodeFourBytes<T>(target: usize, singles: v128): void {
  const scaled = i32x4.shr_u(f32x4.mul(singles, f32x4.splat(rebias<T>())), surplus<T>());
  const magnitudes = v128.and(scaled, i32x4.splat(0x7f));
  const words = v128.or(magnitudes, v128.and(i32x4.shr_u(singles, 24), i32x4.splat(0x80)));
  const halves = i16x8.narrow_i32x4_u(words, words);
  v128.store32_lane(target, i8x16.narrow_i16x8_u(halves, halves), 0);
}
