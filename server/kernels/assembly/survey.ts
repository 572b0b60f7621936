import { pairAt, valueAt } from './values';

/** Where the numbers of `moments` lie; `survey.ts` in work/ reads them in this order. */
const finiteCount = 0;
const sumHigh = 8;
const sumLow = 16;
const deviations = 24;
const smallest = 32;
const largest = 40;
const zeroCount = 48;
const negativeZeroCount = 56;
const nanCount = 64;
const positiveInfiniteCount = 72;
const negativeInfiniteCount = 80;
const subnormalCount = 88;

/** Elements that stay in the first-level cache while they are passed over three times. */
const chunk = 2048;

// @ts-ignore: decorator
@inline function add(sum: usize, value: f64): void {
  store<f64>(sum, load<f64>(sum) + value);
}

/**
 * Counts patterns of 8 or 16 bits, `T`, each in one of four counters side by side: the same pattern twice in a row
 * would otherwise wait for its own store.
 */
export function countEach<T>(source: usize, count: i32, counters: usize): void {
  const fours = count & ~3;
  for (let i = 0; i < fours; i += 4) {
    raise(counters + (<usize>load<T>(source) << 4));
    raise(counters + (<usize>load<T>(source, sizeof<T>()) << 4) + 4);
    raise(counters + (<usize>load<T>(source, 2 * sizeof<T>()) << 4) + 8);
    raise(counters + (<usize>load<T>(source, 3 * sizeof<T>()) << 4) + 12);
    source += 4 * sizeof<T>();
  }
  for (let i = fours; i < count; i++) {
    raise(counters + (<usize>load<T>(source) << 4));
    source += sizeof<T>();
  }
}

// @ts-ignore: decorator
@inline function raise(counter: usize): void {
  store<u32>(counter, load<u32>(counter) + 1);
}

/** Numbers of 32 and 64 bits: moments and kinds go to `state`, their first 16 bits as a float32 are counted. */
export function moments<T>(source: usize, count: i32, state: usize, counters: usize): void {
  for (let start = 0; start < count; start += chunk) {
    const length = min(chunk, count - start);
    const at = source + <usize>start * sizeof<T>();
    classify<T>(at, length, state, counters);
    addMoments<T>(at, length, state);
  }
}

function addMoments<T>(source: usize, count: i32, state: usize): void {
  const zero = f64x2.splat(0);
  let sums = zero;
  let lows = f64x2.splat(Infinity);
  let highs = f64x2.splat(-Infinity);
  let finites = i64x2.splat(0);
  const pairs = count & ~1;
  for (let i = 0; i < pairs; i += 2) {
    const values = pairAt<T>(source + <usize>i * sizeof<T>(), 0);
    const finite = f64x2.eq(f64x2.sub(values, values), zero);
    sums = f64x2.add(sums, v128.and(values, finite));
    lows = f64x2.pmin(lows, v128.bitselect(values, f64x2.splat(Infinity), finite));
    highs = f64x2.pmax(highs, v128.bitselect(values, f64x2.splat(-Infinity), finite));
    finites = i64x2.sub(finites, finite);
  }
  let sum = f64x2.extract_lane(sums, 0) + f64x2.extract_lane(sums, 1);
  let low = min<f64>(f64x2.extract_lane(lows, 0), f64x2.extract_lane(lows, 1));
  let high = max<f64>(f64x2.extract_lane(highs, 0), f64x2.extract_lane(highs, 1));
  let finite = <f64>(i64x2.extract_lane(finites, 0) + i64x2.extract_lane(finites, 1));
  if (pairs < count) {
    const last = valueAt<T>(source + <usize>pairs * sizeof<T>(), 0);
    if (last - last == 0) {
      sum += last;
      low = min<f64>(low, last);
      high = max<f64>(high, last);
      finite += 1;
    }
  }
  if (finite == 0) return;
  const mean = sum / finite;
  merge(state, finite, sum, mean, deviationsFrom<T>(mean, source, count));
  store<f64>(state, min<f64>(load<f64>(state, smallest), low), smallest);
  store<f64>(state, max<f64>(load<f64>(state, largest), high), largest);
}

/** Σ (x − mean)² over the finite ones. */
function deviationsFrom<T>(mean: f64, source: usize, count: i32): f64 {
  const means = f64x2.splat(mean);
  const zero = f64x2.splat(0);
  let squares = zero;
  const pairs = count & ~1;
  for (let i = 0; i < pairs; i += 2) {
    const away = f64x2.sub(pairAt<T>(source + <usize>i * sizeof<T>(), 0), means);
    const finite = v128.and(away, f64x2.eq(f64x2.sub(away, away), zero));
    squares = f64x2.add(squares, f64x2.mul(finite, finite));
  }
  let sum = f64x2.extract_lane(squares, 0) + f64x2.extract_lane(squares, 1);
  if (pairs < count) {
    const away = valueAt<T>(source + <usize>pairs * sizeof<T>(), 0) - mean;
    if (away - away == 0) sum += away * away;
  }
  return sum;
}

/** Chan, Golub & LeVeque, "Updating formulae and a pairwise algorithm" (1979); the sum as Neumaier compensates it. */
function merge(state: usize, count: f64, sum: f64, mean: f64, squares: f64): void {
  const before = load<f64>(state, finiteCount);
  const total = before + count;
  const high = load<f64>(state, sumHigh);
  const apart = before == 0 ? 0 : mean - (high + load<f64>(state, sumLow)) / before;
  add(state + deviations, squares + apart * apart * (before * (count / total)));
  store<f64>(state, total, finiteCount);
  const next = high + sum;
  add(state + sumLow, abs<f64>(high) >= abs<f64>(sum) ? high - next + sum : sum - next + high);
  store<f64>(state, next, sumHigh);
}

function classify<T>(source: usize, count: i32, state: usize, counters: usize): void {
  for (let i = 0; i < count; i++) {
    const value = valueAt<T>(source, 0);
    if (value == 0) countZero(value, state);
    else if (!isFloat<T>() || value - value == 0) {
      if (isSubnormal<T>(source)) add(state + subnormalCount, 1);
      raise(counters + (<usize>keyOf<T>(source, value) << 4) + (<usize>(i & 3) << 2));
    } else countStrange(value, state);
    source += sizeof<T>();
  }
}

/** Zeros are counted here alone. */
function countZero(value: f64, state: usize): void {
  add(state + zeroCount, 1);
  if (reinterpret<i64>(value) < 0) add(state + negativeZeroCount, 1);
}

function countStrange(value: f64, state: usize): void {
  if (value != value) add(state + nanCount, 1);
  else add(state + (value > 0 ? positiveInfiniteCount : negativeInfiniteCount), 1);
}

// @ts-ignore: decorator
@inline function isSubnormal<T>(source: usize): bool {
  if (!isFloat<T>()) return false;
  if (sizeof<T>() == 4) return (load<u32>(source) & 0x7f800000) == 0;
  return (load<u64>(source) & 0x7ff0000000000000) == 0;
}

/**
 * The upper half of the value as a float32, truncated. What is below its normal numbers is 0 with a sign; what is too large
 * goes to the last bin there is.
 */
// @ts-ignore: decorator
@inline function keyOf<T>(source: usize, value: f64): u32 {
  if (isFloat<T>() && sizeof<T>() == 4) {
    const bits = load<u32>(source);
    return (bits & 0x7f800000) == 0 ? (bits >> 16) & 0x8000 : bits >> 16;
  }
  const high = <u32>(reinterpret<u64>(value) >> 32);
  const exponent = <i32>((high >> 20) & 0x7ff) - 896;
  const sign = (high >> 16) & 0x8000;
  if (exponent <= 0) return sign;
  if (exponent >= 255) return sign | 0x7f7f;
  return sign | (<u32>exponent << 7) | ((high >> 13) & 0x7f);
}
