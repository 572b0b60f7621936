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

const smallestNormal: i16 = 0x0080;

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

/** What `difference` leaves in the scratch for all strengths: base and d as float64, d as float32, two sums. 5 KiB. */
const base64: usize = 0;
const delta64: usize = 8 * blockElements;
const delta32: usize = 16 * blockElements;
const squaresAt: usize = 20 * blockElements;
const stillsAt: usize = squaresAt + 8;

/**
 * The part of a block that no strength changes: d = positive − negative, which is exact in float32 where the two are
 * less than 2¹⁶ apart. False where they may not be, or where squares could have vanished.
 *
 * `nil`, here and below, is 0, which the compiler must not know: it keeps constant vectors in registers only if it
 * cannot tell that they are constant.
 */
export function difference(base: usize, positive: usize, negative: usize, scratch: usize, nil: i32): bool {
  const upperHalves = i32x4.splat(0xffff0000 ^ nil);
  const magnitudes = i16x8.splat(<i16>(0x7fff ^ nil));
  const zero = i32x4.splat(0);
  let farthest = zero;
  let still = zero;
  let deltas = zero;
  let to = scratch;
  for (let at: usize = 0; at < blockBytes; at += 16) {
    const bases = v128.load(base + at);
    const positives = v128.load(positive + at);
    const negatives = v128.load(negative + at);
    const distances = i16x8.sub(v128.and(positives, magnitudes), v128.and(negatives, magnitudes));
    farthest = i16x8.max_u(farthest, i16x8.abs(distances));
    // Elements with even numbers are the lower halves of 32-bit words, those with odd numbers the upper ones.
    const base0 = i32x4.shl(bases, 16);
    const base1 = v128.and(bases, upperHalves);
    const delta0 = f32x4.sub(i32x4.shl(positives, 16), i32x4.shl(negatives, 16));
    const delta1 = f32x4.sub(v128.and(positives, upperHalves), v128.and(negatives, upperHalves));
    v128.store(to, lower(base0), base64);
    v128.store(to, upper(base0), base64 + 16);
    v128.store(to, lower(base1), base64 + 32);
    v128.store(to, upper(base1), base64 + 48);
    v128.store(to, lower(delta0), delta64);
    v128.store(to, upper(delta0), delta64 + 16);
    v128.store(to, lower(delta1), delta64 + 32);
    v128.store(to, upper(delta1), delta64 + 48);
    v128.store(scratch + at + at, delta0, delta32);
    v128.store(scratch + at + at, delta1, delta32 + 16);
    to += 64;
    still = i32x4.sub(still, i32x4.add(f32x4.eq(delta0, zero), f32x4.eq(delta1, zero)));
    deltas = f32x4.add(deltas, f32x4.add(f32x4.mul(delta0, delta0), f32x4.mul(delta1, delta1)));
  }
  const squares = <f64>sumOf(deltas);
  const stills = sumOfWords(still);
  store<f64>(scratch, squares, squaresAt);
  store<i32>(scratch, stills, stillsAt);
  if (v128.any_true(i16x8.gt_u(farthest, i16x8.splat(exactDistance)))) return false;
  return squares - squares == 0 && (squares >= leastSquares || stills == blockElements);
}

/**
 * base + strength · d for one block of bfloat16, after `difference`: the same bits as everywhere, because all that
 * follows is in float64. The sums for the statistics are in float32, 64 elements in a lane. Returns false, with nothing
 * added, where a result is not a normal number or a sum has lost its meaning.
 */
export function contrastBlock(
  base: usize,
  scratch: usize,
  strength: f64,
  target: usize,
  statistics: usize,
  nil: i32,
): bool {
  const k = f64x2.splat(strength);
  const upperHalves = i32x4.splat(0xffff0000 ^ nil);
  const magnitudes = i16x8.splat(<i16>(0x7fff ^ nil));
  const exponents = i64x2.splat(0x7ff0000000000000 ^ <i64>nil);
  const surplus = i64x2.splat(((<i64>45 << 52) | (<i64>1 << 51)) ^ <i64>nil);
  const zero = i32x4.splat(0);
  let least = i32x4.splat(-1);
  let unmoved = zero;
  let changes = zero;
  let products = zero;
  let from = scratch;
  for (let at: usize = 0; at < blockBytes; at += 16) {
    const bases = v128.load(base + at);
    const value0 = f64x2.add(v128.load(from, base64), f64x2.mul(k, v128.load(from, delta64)));
    const value2 = f64x2.add(v128.load(from, base64 + 16), f64x2.mul(k, v128.load(from, delta64 + 16)));
    const value1 = f64x2.add(v128.load(from, base64 + 32), f64x2.mul(k, v128.load(from, delta64 + 32)));
    const value3 = f64x2.add(v128.load(from, base64 + 48), f64x2.mul(k, v128.load(from, delta64 + 48)));
    from += 64;
    const rounded0 = narrow(round(value0, exponents, surplus), round(value2, exponents, surplus));
    const rounded1 = narrow(round(value1, exponents, surplus), round(value3, exponents, surplus));
    const rounded = v128.or(i32x4.shr_u(rounded0, 16), rounded1);
    v128.store(target + at, rounded);
    least = i16x8.min_u(least, v128.and(rounded, magnitudes));
    unmoved = i16x8.sub(unmoved, i16x8.eq(rounded, bases));
    const change0 = f32x4.sub(rounded0, i32x4.shl(bases, 16));
    const change1 = f32x4.sub(rounded1, v128.and(bases, upperHalves));
    const delta0 = v128.load(scratch + at + at, delta32);
    const delta1 = v128.load(scratch + at + at, delta32 + 16);
    changes = f32x4.add(changes, f32x4.add(f32x4.mul(change0, change0), f32x4.mul(change1, change1)));
    products = f32x4.add(products, f32x4.add(f32x4.mul(delta0, change0), f32x4.mul(delta1, change1)));
  }
  if (v128.any_true(i16x8.lt_u(least, i16x8.splat(smallestNormal)))) return false;
  const realised = <f64>sumOf(changes);
  if (realised - realised != 0) return false;
  const stills = load<i32>(scratch, stillsAt);
  add(statistics, strength * strength * load<f64>(scratch, squaresAt));
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
