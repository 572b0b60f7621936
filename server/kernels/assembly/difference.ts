import {
  base0At,
  base1At,
  blockBytes,
  blockElements,
  delta0At,
  delta1At,
  deltasAt,
  interleave,
  sizesAt,
  squaresAt,
  stillsAt,
  sumOfSingles,
  sumOfWords,
  zeroBitsAt,
} from './block';

/** Between these sums of squares, none has vanished in float32, and none will overflow there. */
const leastSquares: f64 = 8.673617379884035e-19; // 2⁻⁶⁰
const mostSquares: f64 = 1.1805916207174113e21; // 2⁷⁰

/** Between the bit patterns of two bfloat16 magnitudes: 15 binades. */
const exactDistance: i16 = 15 << 7;

const largestFinite: i16 = 0x7f7f;

/** A result has cancelled where it is more than two binades smaller than d, or tiny: below 2⁻⁹⁰. */
const cancelled: i16 = 2 << 7;
const tiny: i16 = (127 - 90) << 7;

/**
 * The part of a block that no strength changes: d = positive − negative, which is exact in float32 where the two are
 * less than 2¹⁶ apart. False where they may not be, where base or d is not finite, or where squares say nothing.
 *
 * `nil`, here and in what follows, is 0, which the compiler must not know: it keeps constant vectors in registers only
 * if it cannot tell that they are constant.
 */
export function difference(base: usize, positive: usize, negative: usize, scratch: usize, nil: i32): bool {
  const upper = i32x4.splat(0xffff0000 ^ nil);
  const magnitudes = i16x8.splat(<i16>(0x7fff ^ nil));
  const binades = i16x8.splat(<i16>(cancelled ^ nil));
  const least = i16x8.splat(<i16>(tiny ^ nil));
  const zero = i32x4.splat(0);
  let farthest = zero;
  let largest = zero;
  let still = zero;
  let squares = zero;
  let bits = zero;
  for (let at: usize = 0; at < blockBytes; at += 16) {
    const to = scratch + at;
    const bases = v128.load(base + at);
    const positives = v128.load(positive + at);
    const negatives = v128.load(negative + at);
    const distances = i16x8.sub(v128.and(positives, magnitudes), v128.and(negatives, magnitudes));
    const delta0 = f32x4.sub(i32x4.shl(positives, 16), i32x4.shl(negatives, 16));
    const delta1 = f32x4.sub(v128.and(positives, upper), v128.and(negatives, upper));
    const sizes = v128.and(interleave(i32x4.shr_u(delta0, 16), delta1), magnitudes);
    v128.store(to, i32x4.shl(bases, 16), base0At);
    v128.store(to, v128.and(bases, upper), base1At);
    v128.store(to, delta0, delta0At);
    v128.store(to, delta1, delta1At);
    v128.store(to + at, v128.shuffle<i32>(delta0, delta1, 0, 4, 1, 5), deltasAt);
    v128.store(to + at, v128.shuffle<i32>(delta0, delta1, 2, 6, 3, 7), deltasAt + 16);
    v128.store(to, i16x8.max_s(i16x8.sub(sizes, binades), least), sizesAt);
    farthest = i16x8.max_u(farthest, i16x8.abs(distances));
    largest = i16x8.max_s(largest, v128.and(bases, magnitudes));
    bits = v128.or(bits, v128.or(delta0, delta1));
    still = i32x4.sub(still, i32x4.add(f32x4.eq(delta0, zero), f32x4.eq(delta1, zero)));
    squares = f32x4.add(squares, f32x4.add(f32x4.mul(delta0, delta0), f32x4.mul(delta1, delta1)));
  }
  const sum = <f64>sumOfSingles(squares);
  const stills = sumOfWords(still);
  store<f64>(scratch, sum, squaresAt);
  store<i32>(scratch, stills, stillsAt);
  store<i32>(scratch, ctz<i32>(allBits(bits)), zeroBitsAt);
  if (v128.any_true(i16x8.gt_u(farthest, i16x8.splat(exactDistance)))) return false;
  if (v128.any_true(i16x8.gt_s(largest, i16x8.splat(largestFinite)))) return false;
  return stills == blockElements || (sum >= leastSquares && sum <= mostSquares);
}

// @ts-ignore: decorator
@inline function allBits(words: v128): i32 {
  return (
    i32x4.extract_lane(words, 0) |
    i32x4.extract_lane(words, 1) |
    (i32x4.extract_lane(words, 2) | i32x4.extract_lane(words, 3))
  );
}
