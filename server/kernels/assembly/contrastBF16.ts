import {
  base0At,
  base1At,
  blockBytes,
  delta0At,
  delta1At,
  doubtsAt,
  interleave,
  sizesAt,
  zeroBitsAt,
} from './block';
import { gather } from './gather';
import { repair } from './repair';

/**
 * base + k·d for a block of bfloat16, after `difference`: in float32, where that is certain to round to the same bits as
 * the definition in float64 (call that y). Elements in doubt are computed again by the definition. Returns false, with
 * nothing added to the statistics, where they need more than float32.
 *
 * Rounded are s = fl(base + p), where p = fl(fl(k)·d), and y, at points h half-way between two bfloat16 numbers. As a float32,
 * an h has 0x8000 as the lower half of its bits. Bits can only differ where an h lies between s and y, or is one of
 * them: what is needed is a bound on |s − y|, in units u of the last place of s.
 *
 * Where k·d may be inexact (`roundNear`): both roundings to p have a relative error of at most ε = 2⁻²⁴, the last one is off by
 * at most u/2 (Higham, Accuracy and Stability, §2.2). So |s − y| ≤ (2ε + ε²)·|k·d| + u/2, and a trifle: what float64
 * rounds, and what p loses by underflow, as results below 2⁻⁹⁰ are in doubt anyway. Let 2ᵉ ≤ |k| < 2ᵉ⁺¹. Not in doubt by its
 * size is |d| < 2³·2ʳ, for a rounded result in the binade of 2ʳ. Then |k·d| < 2ᵉ⁺⁴⁺ʳ ≤ 2ᵉ⁺²⁸·u, since s is in that binade or,
 * rounded up, in the one below. Hence |s − y| < (2ᵉ⁺⁵ + 1)·u: in doubt is what has an h no farther away than that.
 *
 * Where k·d is exact (`roundExact`): s is the float32 nearest to base + k·d, and every h is a float32. So s and y are on the
 * same side of h unless s = h; and then y = h as well if the sum was exact, which is so if fl(s − base) = p and fl(s − p) = base:
 * for the larger of the two, the difference is exactly what the sum has kept of the smaller one (Dekker's Fast2Sum).
 */
export function contrastBlock(
  base: usize,
  scratch: usize,
  strength: f64,
  target: usize,
  statistics: usize,
  nil: i32,
): bool {
  const isExact = addedBits(strength) <= load<i32>(scratch, zeroBitsAt);
  const inDoubt = isExact
    ? roundExact(scratch, <f32>strength, target, nil)
    : roundNear(scratch, <f32>strength, target, nil);
  if (inDoubt && !repair(base, scratch, strength, target, nil)) return false;
  return gather(scratch, strength, target, statistics, nil);
}

/** Strengths by which no difference becomes zero, and for which half-way points are far enough apart. */
// @ts-ignore: decorator
@inline export function isOrdinary(strength: f64): bool {
  const size = abs<f64>(strength);
  return size >= 9.5367431640625e-7 && size <= 64; // 2⁻²⁰
}

/**
 * How many more bits a product can have than its other factor, a difference of two bfloat16 numbers. Such a difference
 * is a multiple of 2⁻¹³³, the last bit of float32 is 2⁻¹⁴⁹: a strength has to be a multiple of 2⁻¹⁶. Too many for all others.
 */
function addedBits(strength: f64): i32 {
  const single = <f32>strength;
  const steps = strength * 65536;
  if (<f64>single != strength || steps != floor<f64>(steps)) return i32.MAX_VALUE;
  const mantissa = reinterpret<i32>(single) & 0x7fffff;
  return mantissa == 0 ? 0 : 24 - ctz<i32>(mantissa);
}

/** Returns whether any element is in doubt. */
function roundNear(scratch: usize, strength: f32, target: usize, nil: i32): bool {
  const exponent = <i32>((reinterpret<u32>(strength) >> 23) & 0xff) - 127;
  const width = 1 + (exponent >= -5 ? 1 << (exponent + 5) : 0);
  const k = f32x4.splat(strength);
  const half = i32x4.splat(0x8000 ^ nil);
  const magnitudes = i16x8.splat(<i16>(0x7fff ^ nil));
  // From −width … width, by wrapping, to the smallest numbers there are.
  const margin = i16x8.splat(<i16>((width - 32768) ^ nil));
  const clear = i16x8.splat(<i16>((2 * width + 1 - 32768) ^ nil));
  let any = i32x4.splat(0);
  for (let at: usize = 0; at < blockBytes; at += 16) {
    const from = scratch + at;
    const value0 = f32x4.add(v128.load(from, base0At), f32x4.mul(k, v128.load(from, delta0At)));
    const value1 = f32x4.add(v128.load(from, base1At), f32x4.mul(k, v128.load(from, delta1At)));
    const sum0 = i32x4.add(value0, half);
    const sum1 = i32x4.add(value1, half);
    const rounded = interleave(i32x4.shr_u(sum0, 16), sum1);
    const distances = interleave(sum0, i32x4.shl(sum1, 16));
    const near = i16x8.gt_s(clear, i16x8.add(distances, margin));
    const cancelled = i16x8.gt_s(v128.load(from, sizesAt), v128.and(rounded, magnitudes));
    const doubts = v128.or(near, cancelled);
    any = v128.or(any, doubts);
    v128.store(from, doubts, doubtsAt);
    v128.store(target + at, rounded);
  }
  return v128.any_true(any);
}

/** Returns whether any element is in doubt. */
function roundExact(scratch: usize, strength: f32, target: usize, nil: i32): bool {
  const k = f32x4.splat(strength);
  const half = i32x4.splat(0x8000 ^ nil);
  const one = i16x8.splat(<i16>(1 ^ nil));
  const zero = i32x4.splat(0);
  let any = zero;
  for (let at: usize = 0; at < blockBytes; at += 16) {
    const from = scratch + at;
    const base0 = v128.load(from, base0At);
    const base1 = v128.load(from, base1At);
    const product0 = f32x4.mul(k, v128.load(from, delta0At));
    const product1 = f32x4.mul(k, v128.load(from, delta1At));
    const value0 = f32x4.add(base0, product0);
    const value1 = f32x4.add(base1, product1);
    const sum0 = i32x4.add(value0, half);
    const sum1 = i32x4.add(value1, half);
    const rounded = interleave(i32x4.shr_u(sum0, 16), sum1);
    const ties = i16x8.eq(interleave(sum0, i32x4.shl(sum1, 16)), zero);
    const exact = interleave(isSum(value0, base0, product0), isSum(value1, base1, product1));
    const doubts = v128.andnot(ties, exact);
    any = v128.or(any, doubts);
    v128.store(from, doubts, doubtsAt);
    v128.store(target + at, v128.andnot(rounded, v128.and(ties, one))); // To even: both neighbours are candidates.
  }
  return v128.any_true(any);
}

// @ts-ignore: decorator
@inline function isSum(sum: v128, one: v128, other: v128): v128 {
  return v128.and(f32x4.eq(f32x4.sub(sum, one), other), f32x4.eq(f32x4.sub(sum, other), one));
}
