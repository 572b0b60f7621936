import { encodeFour, isBeyond } from './encode';
import { nearest, nearestPair } from './nearest';
import { addSums, settle } from './rounding';

/** Rounds base + (offset + strength · delta), four elements a turn; returns how many indexes went to `ambiguous`. */
export function roundTo<T>(
  base: usize,
  offset: usize,
  delta: usize,
  bound: usize,
  strength: f64,
  count: i32,
  target: usize,
  statistics: usize,
  ambiguous: usize,
): i32 {
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
  let found = 0;
  const fours = count & ~3;
  for (let i = 0; i < fours; i += 4) {
    const at = <usize>i << 3;
    const baseLow = v128.load(base + at);
    const baseHigh = v128.load(base + at, 16);
    let low = f64x2.mul(strengths, v128.load(delta + at));
    let high = f64x2.mul(strengths, v128.load(delta + at, 16));
    if (offset) {
      low = f64x2.add(v128.load(offset + at), low);
      high = f64x2.add(v128.load(offset + at, 16), high);
    }
    const valueLow = f64x2.add(baseLow, low);
    const valueHigh = f64x2.add(baseHigh, high);
    let roundedLow: v128;
    let roundedHigh: v128;
    let rare: bool;
    if (bound) {
      const boundLow = v128.load(bound + at);
      const boundHigh = v128.load(bound + at, 16);
      roundedLow = nearestPair<T>(f64x2.sub(valueLow, boundLow));
      roundedHigh = nearestPair<T>(f64x2.sub(valueHigh, boundHigh));
      const differLow = i64x2.ne(roundedLow, nearestPair<T>(f64x2.add(valueLow, boundLow)));
      const differHigh = i64x2.ne(roundedHigh, nearestPair<T>(f64x2.add(valueHigh, boundHigh)));
      rare = v128.any_true(v128.or(differLow, differHigh)) | isBeyond<T>(roundedLow, roundedHigh);
    } else {
      roundedLow = nearestPair<T>(valueLow);
      roundedHigh = nearestPair<T>(valueHigh);
      rare = isBeyond<T>(roundedLow, roundedHigh);
    }
    if (rare) {
      found = roundEach<T>(base, offset, delta, bound, strength, i, 4, target, statistics, ambiguous, found);
      settled += 4;
      continue;
    }
    encodeFour<T>(target + <usize>i * sizeof<T>(), roundedLow, roundedHigh);
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
  const rest = count - fours;
  return roundEach<T>(base, offset, delta, bound, strength, fours, rest, target, statistics, ambiguous, found);
}

/** The same element by element, from `first` on; `found` is how many indexes there are already. */
function roundEach<T>(
  base: usize,
  offset: usize,
  delta: usize,
  bound: usize,
  strength: f64,
  first: i32,
  count: i32,
  target: usize,
  statistics: usize,
  ambiguous: usize,
  found: i32,
): i32 {
  for (let i = first; i < first + count; i++) {
    const at = <usize>i << 3;
    const from = load<f64>(base + at);
    let requested = strength * load<f64>(delta + at);
    if (offset) requested = load<f64>(offset + at) + requested;
    const value = from + requested;
    let rounded = nearest<T>(value);
    if (bound) {
      const reach = load<f64>(bound + at);
      rounded = nearest<T>(value - reach);
      if (isAmbiguous(value, rounded, nearest<T>(value + reach))) {
        store<u32>(ambiguous + (<usize>(found++) << 2), i);
        continue;
      }
    }
    settle<T>(from, requested, rounded, target + <usize>i * sizeof<T>(), statistics);
  }
  return found;
}

/**
 * Whether the two ends of an interval round to different bits; rounding is monotonic, so nothing between can differ
 * otherwise. A value or bound that is not finite says nothing about the true value: ambiguous too.
 */
// @ts-ignore: decorator
@inline export function isAmbiguous(value: f64, below: f64, above: f64): bool {
  return value - value != 0 || below != below || reinterpret<u64>(below) != reinterpret<u64>(above);
}
