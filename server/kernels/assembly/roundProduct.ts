import { decode, lower, quad, upper } from './decode';
import { encodeFour, isBeyond } from './encode';
import { nearest, nearestPair } from './nearest';
import { isAmbiguous } from './round';
import { addSums, settle } from './rounding';

/** 2⁻⁵⁰, twice what the float64 roundings of the two sums can come to. */
const roundings: f64 = 8.881784197001252e-16;

// @ts-ignore: decorator
@inline function reaches(norms: v128, factor: v128, floor: v128, base: v128, requested: v128): v128 {
  const sizes = f64x2.add(f64x2.abs(base), f64x2.abs(requested));
  const products = f64x2.add(f64x2.mul(factor, norms), floor);
  return f64x2.add(products, f64x2.mul(f64x2.splat(roundings), sizes));
}

/** `T` is the type of base and target, `P` that of the product. Returns how many indexes went to `ambiguous`. */
export function roundProductTo<T, P>(
  base: usize,
  product: usize,
  strength: f64,
  norms: usize,
  factor: f64,
  floor: f64,
  count: i32,
  target: usize,
  statistics: usize,
  ambiguous: usize,
  first: i32,
): i32 {
  const strengths = f64x2.splat(strength);
  const factors = f64x2.splat(factor);
  const floors = f64x2.splat(floor);
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
    const at = base + <usize>i * sizeof<T>();
    const from = product + <usize>i * sizeof<P>();
    const bases = quad<T>(at);
    const products = quad<P>(from);
    const baseLow = lower<T>(bases);
    const baseHigh = upper<T>(bases, at);
    // A device may return −0 where the definition has +0.
    const low = f64x2.mul(strengths, f64x2.add(lower<P>(products), zero));
    const high = f64x2.mul(strengths, f64x2.add(upper<P>(products, from), zero));
    const reachLow = reaches(v128.load(norms + (<usize>i << 3)), factors, floors, baseLow, low);
    const reachHigh = reaches(v128.load(norms + (<usize>i << 3), 16), factors, floors, baseHigh, high);
    const valueLow = f64x2.add(baseLow, low);
    const valueHigh = f64x2.add(baseHigh, high);
    const roundedLow = nearestPair<T>(f64x2.sub(valueLow, reachLow));
    const roundedHigh = nearestPair<T>(f64x2.sub(valueHigh, reachHigh));
    const differLow = i64x2.ne(roundedLow, nearestPair<T>(f64x2.add(valueLow, reachLow)));
    const differHigh = i64x2.ne(roundedHigh, nearestPair<T>(f64x2.add(valueHigh, reachHigh)));
    if (v128.any_true(v128.or(differLow, differHigh)) | isBeyond<T>(roundedLow, roundedHigh)) {
      const out = target + <usize>i * sizeof<T>();
      const list = ambiguous + (<usize>found << 2);
      const at8 = norms + (<usize>i << 3);
      found += roundEach<T, P>(at, from, strength, at8, factor, floor, 4, out, statistics, list, first + i);
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
  return (
    found +
    roundEach<T, P>(
      base + <usize>fours * sizeof<T>(),
      product + <usize>fours * sizeof<P>(),
      strength,
      norms + (<usize>fours << 3),
      factor,
      floor,
      count - fours,
      target + <usize>fours * sizeof<T>(),
      statistics,
      ambiguous + (<usize>found << 2),
      first + fours,
    )
  );
}

function roundEach<T, P>(
  base: usize,
  product: usize,
  strength: f64,
  norms: usize,
  factor: f64,
  floor: f64,
  count: i32,
  target: usize,
  statistics: usize,
  ambiguous: usize,
  first: i32,
): i32 {
  let found = 0;
  for (let i = 0; i < count; i++) {
    const from = decode<T>(base + <usize>i * sizeof<T>());
    const requested = strength * (decode<P>(product + <usize>i * sizeof<P>()) + 0);
    const value = from + requested;
    const norm = load<f64>(norms + (<usize>i << 3));
    const reach = factor * norm + floor + roundings * (abs<f64>(from) + abs<f64>(requested));
    const rounded = nearest<T>(value - reach);
    if (isAmbiguous(value, rounded, nearest<T>(value + reach))) {
      store<u32>(ambiguous + (<usize>(found++) << 2), first + i);
    } else settle<T>(from, requested, rounded, target + <usize>i * sizeof<T>(), statistics);
  }
  return found;
}

/** Rounds base + strength · deltas[n] at single elements, by their exact deltas. */
export function roundSingle<T>(
  base: usize,
  deltas: usize,
  strength: f64,
  indexes: usize,
  count: i32,
  target: usize,
  statistics: usize,
): void {
  for (let n = 0; n < count; n++) {
    const at = <usize>load<u32>(indexes + (<usize>n << 2)) * sizeof<T>();
    const from = decode<T>(base + at);
    const requested = strength * load<f64>(deltas + (<usize>n << 3));
    settle<T>(from, requested, nearest<T>(from + requested), target + at, statistics);
  }
}
