import { encode } from './encode';

/** Where a rounding kernel's seven sums lie: see `RoundCall`. */
const requestedSquares = 0;
const realisedSquares = 8;
const product = 16;
const requestedCount = 24;
const unmovedCount = 32;
const overflowedCount = 40;
const notFiniteCount = 48;

// @ts-ignore: decorator
@inline function isFinite64(value: f64): bool {
  return value - value == 0;
}

// @ts-ignore: decorator
@inline function add(sum: usize, value: f64): void {
  store<f64>(sum, load<f64>(sum) + value);
}

/**
 * Writes one element rounded elsewhere and counts it: the path of everything that is rare, and of the tails.
 * An element whose base or request is not finite counts as that and nowhere else; one that overflows counts as requested and as
 * overflowed, but is in none of the three sums, which it would make meaningless for all others.
 */
export function settle<T>(base: f64, requested: f64, rounded: f64, target: usize, statistics: usize): void {
  encode<T>(target, rounded, base);
  if (!isFinite64(base) || !isFinite64(requested)) return add(statistics + notFiniteCount, 1);
  if (requested != 0) add(statistics + requestedCount, 1);
  if (!isFinite64(rounded)) return add(statistics + overflowedCount, 1);
  const realised = rounded - base;
  if (requested != 0 && realised == 0) add(statistics + unmovedCount, 1);
  add(statistics + requestedSquares, requested * requested);
  add(statistics + realisedSquares, realised * realised);
  add(statistics + product, requested * realised);
}

/** What a SIMD loop has gathered in its lanes. `still` are minus the counts of requested = 0, `unmoved` minus theirs. */
// @ts-ignore: decorator
@inline export function addSums(
  statistics: usize,
  squares: v128,
  realised: v128,
  products: v128,
  elements: i32,
  still: v128,
  unmoved: v128,
): void {
  add(statistics + requestedSquares, sumOf(squares));
  add(statistics + realisedSquares, sumOf(realised));
  add(statistics + product, sumOf(products));
  add(statistics + requestedCount, <f64>elements + <f64>countOf(still));
  add(statistics + unmovedCount, -<f64>countOf(unmoved));
}

// @ts-ignore: decorator
@inline export function sumOf(pair: v128): f64 {
  return f64x2.extract_lane(pair, 0) + f64x2.extract_lane(pair, 1);
}

// @ts-ignore: decorator
@inline export function countOf(pair: v128): i64 {
  return i64x2.extract_lane(pair, 0) + i64x2.extract_lane(pair, 1);
}
