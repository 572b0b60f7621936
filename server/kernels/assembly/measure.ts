import { countOf, sumOf } from './rounding';

/** Where the six sums lie. */
const deltaSquares = 0;
const baseSquares = 8;
const product = 16;
const largest = 24;
const changedCount = 32;
const notFiniteCount = 40;

// @ts-ignore: decorator
@inline function add(sum: usize, value: f64): void {
  store<f64>(sum, load<f64>(sum) + value);
}

export function measureChange(base: usize, delta: usize, count: i32, statistics: usize): void {
  const zero = f64x2.splat(0);
  let deltas = zero;
  let bases = zero;
  let products = zero;
  let largests = zero;
  let still = i64x2.splat(0);
  let finites = i64x2.splat(0);
  const pairs = count & ~1;
  for (let i = 0; i < pairs; i += 2) {
    const at = <usize>i << 3;
    let from = v128.load(base + at);
    let change = v128.load(delta + at);
    // x − x is 0, or NaN where x is not finite.
    const finite = f64x2.eq(f64x2.add(f64x2.sub(from, from), f64x2.sub(change, change)), zero);
    from = v128.and(from, finite);
    change = v128.and(change, finite);
    deltas = f64x2.add(deltas, f64x2.mul(change, change));
    bases = f64x2.add(bases, f64x2.mul(from, from));
    products = f64x2.add(products, f64x2.mul(from, change));
    largests = f64x2.pmax(largests, f64x2.abs(change));
    still = i64x2.add(still, f64x2.eq(change, zero));
    finites = i64x2.add(finites, finite);
  }
  add(statistics + deltaSquares, sumOf(deltas));
  add(statistics + baseSquares, sumOf(bases));
  add(statistics + product, sumOf(products));
  add(statistics + changedCount, <f64>pairs + <f64>countOf(still));
  add(statistics + notFiniteCount, <f64>pairs + <f64>countOf(finites));
  raise(statistics, max<f64>(f64x2.extract_lane(largests, 0), f64x2.extract_lane(largests, 1)));
  if (pairs < count) measureOne(load<f64>(base + (<usize>pairs << 3)), load<f64>(delta + (<usize>pairs << 3)), statistics);
}

function measureOne(from: f64, change: f64, statistics: usize): void {
  if (from - from + (change - change) != 0) return add(statistics + notFiniteCount, 1);
  add(statistics + deltaSquares, change * change);
  add(statistics + baseSquares, from * from);
  add(statistics + product, from * change);
  if (change != 0) add(statistics + changedCount, 1);
  raise(statistics, abs<f64>(change));
}

// @ts-ignore: decorator
@inline function raise(statistics: usize, magnitude: f64): void {
  if (magnitude > load<f64>(statistics, largest)) store<f64>(statistics, magnitude, largest);
}
