import { isBF16, isE4M3, isE5M2, isF16 } from './dtypes';

/**
 * Rounding float64 to a narrower type, once, to nearest even, with no integer arithmetic on the result:
 * for |v| in [2ᵉ, 2ᵉ⁺¹) and m mantissa bits, M = 1.5·2⁵²⁻ᵐ⁺ᵉ has the unit in the last place that the target has at v,
 * so v + M is rounded by the processor exactly there, and subtracting M again is exact.
 * Below the smallest normal number e stays at the target's smallest exponent: subnormals come out right by themselves.
 * M and the target's limits are put together from float64 bits.
 */

/** Mantissa bits of float64 that the target does not have. */
// @ts-ignore: decorator
@inline function surplusBits<T>(): u64 {
  if (isBF16<T>()) return 45;
  if (isF16<T>()) return 42;
  if (isE4M3<T>()) return 49;
  if (isE5M2<T>()) return 50;
  return 29;
}

// @ts-ignore: decorator
@inline function smallestNormal<T>(): u64 {
  if (isE4M3<T>()) return <u64>(1023 - 6) << 52;
  return (isF16<T>() || isE5M2<T>() ? <u64>(1023 - 14) : <u64>(1023 - 126)) << 52;
}

/** The first multiple of its last unit that the target cannot hold: a power of two, and 480 where E4M3 has its NaN. */
// @ts-ignore: decorator
@inline export function limit<T>(): f64 {
  if (sizeof<T>() == 8) return f64.MAX_VALUE * 2;
  if (isE4M3<T>()) return 480;
  return reinterpret<f64>((isF16<T>() || isE5M2<T>() ? <u64>(1023 + 16) : <u64>(1023 + 128)) << 52);
}

const signBit: u64 = 0x8000000000000000;
const exponentBits: u64 = 0x7ff0000000000000;

/** The target's unit in the last place at a finite magnitude below its limit. */
// @ts-ignore: decorator
@inline export function spacing<T>(magnitude: f64): f64 {
  const exponent = max<u64>(reinterpret<u64>(magnitude) & exponentBits, smallestNormal<T>());
  return reinterpret<f64>(exponent - ((52 - surplusBits<T>()) << 52));
}

/** Nearest value of the target, as a float64; infinite beyond its range; NaN stays NaN, zeros keep their sign. */
export function nearest<T>(value: f64): f64 {
  if (sizeof<T>() == 8) return value;
  const magnitude = abs<f64>(value);
  if (magnitude != magnitude) return value;
  if (magnitude >= limit<T>()) return copysign<f64>(Infinity, value);
  const steps = spacing<T>(magnitude) * 6755399441055744; // 1.5 · 2⁵²
  const rounded = magnitude + steps - steps;
  return copysign<f64>(rounded < limit<T>() ? rounded : Infinity, value);
}

/** Two at a time. Right for results below the target's limit in magnitude; not below it otherwise (or NaN). */
// @ts-ignore: decorator
@inline export function nearestPair<T>(values: v128): v128 {
  if (sizeof<T>() == 8) return values;
  if (isFloat<T>()) return f64x2.promote_low_f32x4(f32x4.demote_f64x2_zero(values));
  const exponents = v128.and(values, i64x2.splat(exponentBits));
  const bounded = f64x2.pmax(exponents, i64x2.splat(smallestNormal<T>()));
  const steps = i64x2.add(bounded, i64x2.splat((surplusBits<T>() << 52) | (<u64>1 << 51)));
  const rounded = f64x2.sub(f64x2.add(values, steps), steps);
  return v128.or(rounded, v128.and(values, i64x2.splat(signBit)));
}
