import { blockElements } from './block';
import { contrastBlock, isOrdinary } from './contrastBF16';
import { decode, lower, quad, upper } from './decode';
import { difference } from './difference';
import { BF16 } from './dtypes';
import { encodeFour, isBeyond } from './encode';
import { nearest, nearestPair } from './nearest';
import { addSums, settle } from './rounding';

/** A record of `writes`: strength, out, statistics. */
const recordBytes: usize = 16;

// @ts-ignore: decorator
@inline function strengthOf(write: usize): f64 {
  return load<f64>(write);
}

// @ts-ignore: decorator
@inline function outOf(write: usize): usize {
  return load<usize>(write, 8);
}

// @ts-ignore: decorator
@inline function statisticsOf(write: usize): usize {
  return load<usize>(write, 12);
}

export function contrastAll<T>(
  base: usize,
  positive: usize,
  negative: usize,
  count: i32,
  writes: usize,
  places: i32,
): void {
  const end = writes + <usize>places * recordBytes;
  for (let write = writes; write < end; write += recordBytes) {
    contrastOf<T>(base, positive, negative, strengthOf(write), count, outOf(write), statisticsOf(write));
  }
}

/** By blocks that the fast kernel takes, where it does; the general one does the rest. */
export function contrastBF16(
  base: usize,
  positive: usize,
  negative: usize,
  count: i32,
  writes: usize,
  places: i32,
  scratch: usize,
): void {
  const nil = count >> 31;
  const end = writes + <usize>places * recordBytes;
  const whole = count - (count % blockElements);
  for (let i = 0; i < whole; i += blockElements) {
    const at = <usize>i * sizeof<BF16>();
    const isPlain = difference(base + at, positive + at, negative + at, scratch, nil);
    for (let write = writes; write < end; write += recordBytes) {
      const strength = strengthOf(write);
      const out = outOf(write) + at;
      const sums = statisticsOf(write);
      if (isPlain && isOrdinary(strength) && contrastBlock(base + at, scratch, strength, out, sums, nil)) continue;
      contrastOf<BF16>(base + at, positive + at, negative + at, strength, blockElements, out, sums);
    }
  }
  const at = <usize>whole * sizeof<BF16>();
  for (let write = writes; write < end; write += recordBytes) {
    const out = outOf(write) + at;
    const sums = statisticsOf(write);
    contrastOf<BF16>(base + at, positive + at, negative + at, strengthOf(write), count - whole, out, sums);
  }
}

/** The whole of base + strength · (positive − negative) in registers: four elements a turn, two chains for each sum. */
function contrastOf<T>(
  base: usize,
  positive: usize,
  negative: usize,
  strength: f64,
  count: i32,
  target: usize,
  statistics: usize,
): void {
  const strengths = f64x2.splat(strength);
  const zero = f64x2.splat(0);
  let squaresLow = zero;
  let squaresHigh = zero;
  let realisedLow = zero;
  let realisedHigh = zero;
  let productsLow = zero;
  let productsHigh = zero;
  let still = i64x2.splat(0);
  let unmoved = i64x2.splat(0);
  let settled = 0;
  const fours = count & ~3;
  for (let i = 0; i < fours; i += 4) {
    const at = <usize>i * sizeof<T>();
    const bases = quad<T>(base + at);
    const positives = quad<T>(positive + at);
    const negatives = quad<T>(negative + at);
    const baseLow = lower<T>(bases);
    const baseHigh = upper<T>(bases, base + at);
    const low = f64x2.mul(strengths, f64x2.sub(lower<T>(positives), lower<T>(negatives)));
    const high = f64x2.mul(
      strengths,
      f64x2.sub(upper<T>(positives, positive + at), upper<T>(negatives, negative + at)),
    );
    const roundedLow = nearestPair<T>(f64x2.add(baseLow, low));
    const roundedHigh = nearestPair<T>(f64x2.add(baseHigh, high));
    if (isBeyond<T>(roundedLow, roundedHigh)) {
      contrastEach<T>(base + at, positive + at, negative + at, strength, 4, target + at, statistics);
      settled += 4;
      continue;
    }
    encodeFour<T>(target + at, roundedLow, roundedHigh);
    const changeLow = f64x2.sub(roundedLow, baseLow);
    const changeHigh = f64x2.sub(roundedHigh, baseHigh);
    squaresLow = f64x2.add(squaresLow, f64x2.mul(low, low));
    squaresHigh = f64x2.add(squaresHigh, f64x2.mul(high, high));
    realisedLow = f64x2.add(realisedLow, f64x2.mul(changeLow, changeLow));
    realisedHigh = f64x2.add(realisedHigh, f64x2.mul(changeHigh, changeHigh));
    productsLow = f64x2.add(productsLow, f64x2.mul(low, changeLow));
    productsHigh = f64x2.add(productsHigh, f64x2.mul(high, changeHigh));
    const stillLow = f64x2.eq(low, zero);
    const stillHigh = f64x2.eq(high, zero);
    still = i64x2.add(still, i64x2.add(stillLow, stillHigh));
    unmoved = i64x2.add(unmoved, v128.andnot(f64x2.eq(changeLow, zero), stillLow));
    unmoved = i64x2.add(unmoved, v128.andnot(f64x2.eq(changeHigh, zero), stillHigh));
  }
  addSums(
    statistics,
    f64x2.add(squaresLow, squaresHigh),
    f64x2.add(realisedLow, realisedHigh),
    f64x2.add(productsLow, productsHigh),
    fours - settled,
    still,
    unmoved,
  );
  const at = <usize>fours * sizeof<T>();
  contrastEach<T>(base + at, positive + at, negative + at, strength, count - fours, target + at, statistics);
}

function contrastEach<T>(
  base: usize,
  positive: usize,
  negative: usize,
  strength: f64,
  count: i32,
  target: usize,
  statistics: usize,
): void {
  const end = <usize>count * sizeof<T>();
  for (let at: usize = 0; at < end; at += sizeof<T>()) {
    const value = decode<T>(base + at);
    const requested = strength * (decode<T>(positive + at) - decode<T>(negative + at));
    settle<T>(value, requested, nearest<T>(value + requested), target + at, statistics);
  }
}
