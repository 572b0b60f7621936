/** Elements that are tried at once; on any surprise all of them are done again by the general kernel. */
export const blockElements = 256;

const blockBytes: usize = 2 * blockElements;

/** Strengths by which no difference becomes zero, and whose squares are ordinary too. */
// @ts-ignore: decorator
@inline export function isOrdinary(strength: f64): bool {
  const size = abs<f64>(strength);
  return size >= 9.5367431640625e-7 && size <= 1048576; // 2⁻²⁰ … 2²⁰
}

/** Squares of d below this sum could have vanished in float32. */
const leastSquares: f64 = 8.673617379884035e-19; // 2⁻⁶⁰

/** Between the bit patterns of two bfloat16 magnitudes: 15 binades. */
const exactDistance: i16 = 15 << 7;

/** As the bits of a float32. */
const smallestNormal = 0x00800000;

// @ts-ignore: decorator
@inline function lower(singles: v128): v128 {
  return f64x2.promote_low_f32x4(singles);
}

// @ts-ignore: decorator
@inline function upper(singles: v128): v128 {
  return f64x2.promote_low_f32x4(v128.shuffle<i64>(singles, singles, 1, 1));
}

// @ts-ignore: decorator
@inline function sumOf(singles: v128): f32 {
  return (
    f32x4.extract_lane(singles, 0) +
    f32x4.extract_lane(singles, 1) +
    (f32x4.extract_lane(singles, 2) + f32x4.extract_lane(singles, 3))
  );
}

// @ts-ignore: decorator
@inline function add(sum: usize, value: f64): void {
  store<f64>(sum, load<f64>(sum) + value);
}

/** As `nearestPair`, for what becomes a normal number; 8 bits of mantissa are left. */
// @ts-ignore: decorator
@inline function round(values: v128, exponents: v128, surplus: v128): v128 {
  const steps = i64x2.add(v128.and(values, exponents), surplus);
  return f64x2.sub(f64x2.add(values, steps), steps);
}

/** Four float64 as float32. */
// @ts-ignore: decorator
@inline function narrow(low: v128, high: v128): v128 {
  return v128.shuffle<i64>(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 2);
}

/**
 * base + strength · (positive − negative) for one block of bfloat16: the same bits as everywhere, because d =
 * positive − negative is exact in float32 where the two are less than 2¹⁶ apart, and all that follows is in float64.
 * The sums for the statistics are in float32, 64 elements in a lane. Returns false, with nothing added, where a
 * difference may not be exact, a result is not a normal number, or a sum has lost its meaning.
 *
 * `nil` is 0, which the compiler must not know: it keeps constant vectors in registers only if it cannot tell that they
 * are constant.
 */
export function contrastBlock(
  base: usize,
  positive: usize,
  negative: usize,
  strength: f64,
  target: usize,
  statistics: usize,
  nil: i32,
): bool {
  const k = f64x2.splat(strength);
  const upperHalves = i32x4.splat(0xffff0000 ^ nil);
  const magnitudes = i32x4.splat(0x7fffffff ^ nil);
  const magnitudes16 = i16x8.splat(<i16>(0x7fff ^ nil));
  const exponents = i64x2.splat(0x7ff0000000000000 ^ <i64>nil);
  const surplus = i64x2.splat(((<i64>45 << 52) | (<i64>1 << 51)) ^ <i64>nil);
  const zero = i32x4.splat(0);
  let least = i32x4.splat(-1);
  let farthest = zero;
  let still = zero;
  let unmoved = zero;
  let deltas = zero;
  let changes = zero;
  let products = zero;
  for (let at: usize = 0; at < blockBytes; at += 16) {
    const bases = v128.load(base + at);
    const positives = v128.load(positive + at);
    const negatives = v128.load(negative + at);
    const distances = i16x8.sub(v128.and(positives, magnitudes16), v128.and(negatives, magnitudes16));
    farthest = i16x8.max_u(farthest, i16x8.abs(distances));
    // Elements with even numbers are the lower halves of 32-bit words, those with odd numbers the upper ones.
    const base0 = i32x4.shl(bases, 16);
    const base1 = v128.and(bases, upperHalves);
    const delta0 = f32x4.sub(i32x4.shl(positives, 16), i32x4.shl(negatives, 16));
    const delta1 = f32x4.sub(v128.and(positives, upperHalves), v128.and(negatives, upperHalves));
    const value0 = f64x2.add(lower(base0), f64x2.mul(k, lower(delta0)));
    const value1 = f64x2.add(lower(base1), f64x2.mul(k, lower(delta1)));
    const value2 = f64x2.add(upper(base0), f64x2.mul(k, upper(delta0)));
    const value3 = f64x2.add(upper(base1), f64x2.mul(k, upper(delta1)));
    const rounded0 = narrow(round(value0, exponents, surplus), round(value2, exponents, surplus));
    const rounded1 = narrow(round(value1, exponents, surplus), round(value3, exponents, surplus));
    least = i32x4.min_u(least, i32x4.min_u(v128.and(rounded0, magnitudes), v128.and(rounded1, magnitudes)));
    const rounded = v128.or(i32x4.shr_u(rounded0, 16), rounded1);
    v128.store(target + at, rounded);
    unmoved = i16x8.sub(unmoved, i16x8.eq(rounded, bases));
    const change0 = f32x4.sub(rounded0, base0);
    const change1 = f32x4.sub(rounded1, base1);
    still = i32x4.sub(still, i32x4.add(f32x4.eq(delta0, zero), f32x4.eq(delta1, zero)));
    deltas = f32x4.add(deltas, f32x4.add(f32x4.mul(delta0, delta0), f32x4.mul(delta1, delta1)));
    changes = f32x4.add(changes, f32x4.add(f32x4.mul(change0, change0), f32x4.mul(change1, change1)));
    products = f32x4.add(products, f32x4.add(f32x4.mul(delta0, change0), f32x4.mul(delta1, change1)));
  }
  if (v128.any_true(i16x8.gt_u(farthest, i16x8.splat(exactDistance)))) return false;
  if (v128.any_true(i32x4.lt_u(least, i32x4.splat(smallestNormal)))) return false;
  const squares = <f64>sumOf(deltas);
  const realised = <f64>sumOf(changes);
  const stills = sumOfWords(still);
  if (!(squares - squares + (realised - realised) == 0)) return false;
  if (squares < leastSquares && stills < blockElements) return false;
  add(statistics, strength * strength * squares);
  add(statistics + 8, realised);
  add(statistics + 16, strength * <f64>sumOf(products));
  add(statistics + 24, <f64>(blockElements - stills));
  add(statistics + 32, <f64>(sumOfWords(i32x4.extadd_pairwise_i16x8_u(unmoved)) - stills));
  return true;
}

// @ts-ignore: decorator
@inline function sumOfWords(words: v128): i32 {
  return (
    i32x4.extract_lane(words, 0) +
    i32x4.extract_lane(words, 1) +
    (i32x4.extract_lane(words, 2) + i32x4.extract_lane(words, 3))
  );
}
