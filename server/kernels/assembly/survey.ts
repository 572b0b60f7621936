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
  const full = count & ~3;
  const zero = f64x2.splat(0);
  let sums = zero;
  let others = zero;
  let lows = f64x2.splat(Infinity);
  let highs = f64x2.splat(-Infinity);
  for (let i = 0; i < full; i += 4) {
    const at = source + <usize>i * sizeof<T>();
    const first = pairAt<T>(at, 0);
    const second = pairAt<T>(at + 2 * sizeof<T>(), 0);
    sums = f64x2.add(sums, first);
    others = f64x2.add(others, second);
    lows = f64x2.pmin(lows, f64x2.pmin(first, second));
    highs = f64x2.pmax(highs, f64x2.pmax(first, second));
  }
  sums = f64x2.add(sums, others);
  let sum = f64x2.extract_lane(sums, 0) + f64x2.extract_lane(sums, 1);
  // A sum that is finite has only finite terms.
  if (sum - sum != 0) return addSingly<T>(source, count, state);
  let low = min<f64>(f64x2.extract_lane(lows, 0), f64x2.extract_lane(lows, 1));
  let high = max<f64>(f64x2.extract_lane(highs, 0), f64x2.extract_lane(highs, 1));
  addWhole<T>(source, full, sum, low, high, state);
  addSingly<T>(source + <usize>full * sizeof<T>(), count - full, state);
}

/** A number of finite elements that divides by 4. */
function addWhole<T>(source: usize, count: i32, sum: f64, low: f64, high: f64, state: usize): void {
  if (count == 0) return;
  const mean = sum / <f64>count;
  const means = f64x2.splat(mean);
  let squares = f64x2.splat(0);
  let others = f64x2.splat(0);
  for (let i = 0; i < count; i += 4) {
    const first = f64x2.sub(pairAt<T>(source, 0), means);
    const second = f64x2.sub(pairAt<T>(source + 2 * sizeof<T>(), 0), means);
    squares = f64x2.add(squares, f64x2.mul(first, first));
    others = f64x2.add(others, f64x2.mul(second, second));
    source += 4 * sizeof<T>();
  }
  squares = f64x2.add(squares, others);
  merge(state, <f64>count, sum, mean, f64x2.extract_lane(squares, 0) + f64x2.extract_lane(squares, 1));
  store<f64>(state, min<f64>(load<f64>(state, smallest), low), smallest);
  store<f64>(state, max<f64>(load<f64>(state, largest), high), largest);
}

/** Element by element: the rest of a block, and blocks with something that is not finite. */
function addSingly<T>(source: usize, count: i32, state: usize): void {
  let finite: f64 = 0;
  let sum: f64 = 0;
  for (let i = 0; i < count; i++) {
    const value = valueAt<T>(source + <usize>i * sizeof<T>(), 0);
    if (value - value != 0) continue;
    finite += 1;
    sum += value;
    store<f64>(state, min<f64>(load<f64>(state, smallest), value), smallest);
    store<f64>(state, max<f64>(load<f64>(state, largest), value), largest);
  }
  if (finite == 0) return;
  const mean = sum / finite;
  let squares: f64 = 0;
  for (let i = 0; i < count; i++) {
    const away = valueAt<T>(source + <usize>i * sizeof<T>(), 0) - mean;
    if (away - away == 0) squares += away * away;
  }
  merge(state, finite, sum, mean, squares);
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
  const fours = count & ~3;
  for (let i = 0; i < fours; i += 4) {
    classifyOne<T>(source, state, counters);
    classifyOne<T>(source + sizeof<T>(), state, counters + 4);
    classifyOne<T>(source + 2 * sizeof<T>(), state, counters + 8);
    classifyOne<T>(source + 3 * sizeof<T>(), state, counters + 12);
    source += 4 * sizeof<T>();
  }
  for (let i = fours; i < count; i++) {
    classifyOne<T>(source, state, counters);
    source += sizeof<T>();
  }
}

/** Nearly all values are normal numbers of float32: for them one comparison is enough. */
// @ts-ignore: decorator
@inline function classifyOne<T>(source: usize, state: usize, counters: usize): void {
  if (isFloat<T>() && sizeof<T>() == 4) {
    const bits = load<u32>(source);
    const isNormal = (bits & 0x7fffffff) - 0x00800000 < 0x7f000000;
    if (isNormal) return raise(counters + (<usize>(bits >> 16) << 4));
  } else {
    const high = <u32>(reinterpret<u64>(valueAt<T>(source, 0)) >> 32);
    const exponent = ((high >> 20) & 0x7ff) - 897;
    const isNormal = exponent < 254;
    if (isNormal) return raise(counters + (<usize>(((high >> 16) & 0x8000) | ((exponent + 1) << 7) | ((high >> 13) & 0x7f)) << 4));
  }
  classifyOther<T>(source, state, counters);
}

/** Zeros, what is not finite, and what is too small or too large for a normal float32: 0 with a sign, or the last bin there is. */
function classifyOther<T>(source: usize, state: usize, counters: usize): void {
  const value = valueAt<T>(source, 0);
  if (value == 0) return countZero(value, state);
  if (value - value != 0) return countStrange(value, state);
  if (isSubnormal<T>(source)) add(state + subnormalCount, 1);
  const sign: u32 = value < 0 ? 0x8000 : 0;
  raise(counters + (<usize>(abs<f64>(value) < 1 ? sign : sign | 0x7f7f) << 4));
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
