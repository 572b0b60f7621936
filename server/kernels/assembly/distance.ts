/**
 * The largest number of steps from one representable value to the next that lie between two elements of one place: a
 * difference of one unit in the last place is 1. Infinity is next to the largest finite value; NaN has no distance.
 */
export function largestDistance<T>(before: usize, after: usize, count: i32, infinity: T): f64 {
  if (sizeof<T>() == 8) return <f64>singly<T>(before, after, count, infinity);
  const lanes = <i32>(16 / sizeof<T>());
  const full = count - (count % lanes);
  let most = v128.splat<T>(<T>0);
  for (let i = 0; i < full; i += lanes) {
    const at = <usize>i * sizeof<T>();
    const first = v128.load(before + at);
    const second = v128.load(after + at);
    const notNumbers = v128.or(isNotNumber<T>(first, infinity), isNotNumber<T>(second, infinity));
    most = unsignedMax<T>(most, v128.andnot(apart<T>(ordered<T>(first), ordered<T>(second)), notNumbers));
  }
  const rest = <usize>full * sizeof<T>();
  return max<f64>(largestLane<T>(most), <f64>singly<T>(before + rest, after + rest, count - full, infinity));
}

function singly<T>(before: usize, after: usize, count: i32, infinity: T): u64 {
  let most: u64 = 0;
  for (let i = 0; i < count; i++) {
    const first = load<T>(before + <usize>i * sizeof<T>());
    const second = load<T>(after + <usize>i * sizeof<T>());
    if (magnitude<T>(first) > infinity || magnitude<T>(second) > infinity) continue;
    const one = <i64>(first < 0 ? -magnitude<T>(first) : first);
    const other = <i64>(second < 0 ? -magnitude<T>(second) : second);
    most = max<u64>(most, one > other ? <u64>one - <u64>other : <u64>other - <u64>one);
  }
  return most;
}

// @ts-ignore: decorator
@inline function magnitude<T>(bits: T): T {
  return bits & <T>~(<T>1 << <T>(sizeof<T>() * 8 - 1));
}

/** Larger minus smaller: more than the signed lanes hold, but right as unsigned ones. */
// @ts-ignore: decorator
@inline function apart<T>(one: v128, other: v128): v128 {
  return v128.sub<T>(v128.max<T>(one, other), v128.min<T>(one, other));
}

// @ts-ignore: decorator
@inline function unsignedMax<T>(one: v128, other: v128): v128 {
  return sizeof<T>() == 2 ? i16x8.max_u(one, other) : i32x4.max_u(one, other);
}

function largestLane<T>(lanes: v128): f64 {
  const upper = unsignedMax<T>(lanes, v128.shuffle<i64>(lanes, lanes, 1, 0));
  const pairs = unsignedMax<T>(upper, v128.shuffle<i32>(upper, upper, 1, 0, 3, 2));
  if (sizeof<T>() == 4) return <f64>(<u32>i32x4.extract_lane(pairs, 0));
  return max<f64>(<f64>i16x8.extract_lane_u(pairs, 0), <f64>i16x8.extract_lane_u(pairs, 1));
}

// @ts-ignore: decorator
@inline function ordered<T>(bits: v128): v128 {
  const signs = v128.shr<T>(bits, <i32>(sizeof<T>() * 8 - 1));
  return v128.sub<T>(v128.xor(magnitudes<T>(bits), signs), signs);
}

// @ts-ignore: decorator
@inline function isNotNumber<T>(bits: v128, infinity: T): v128 {
  return v128.gt<T>(magnitudes<T>(bits), v128.splat<T>(infinity));
}

// @ts-ignore: decorator
@inline function magnitudes<T>(bits: v128): v128 {
  return v128.and(bits, v128.splat<T>(<T>~(<T>1 << <T>(sizeof<T>() * 8 - 1))));
}
