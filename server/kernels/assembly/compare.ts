/**
 * Compares bit patterns as integers of the same width, `T`. Floats are ordered like sign and magnitude, so with the
 * magnitude negated where the sign is set, neighbours differ by 1: +0 and −0 are both 0, the smallest subnormals
 * ±1, and infinity is next to the largest finite value. A NaN has no neighbours, and is close to its own bits only.
 */
export function compare<T>(before: usize, after: usize, count: i32, infinity: T, statistics: usize): void {
  const lanes = <i32>(16 / sizeof<T>());
  const full = count - (count % lanes);
  let identical: i64 = 0;
  let close: i64 = 0;
  for (let i = 0; i < full; i += lanes) {
    const at = <usize>i * sizeof<T>();
    const first = v128.load(before + at);
    const second = v128.load(after + at);
    const same = v128.eq<T>(first, second);
    identical += popcnt(v128.bitmask<T>(same));
    close += popcnt(v128.bitmask<T>(v128.or(same, areNeighbours<T>(first, second, infinity))));
  }
  for (let i = full; i < count; i++) {
    const first = load<T>(before + <usize>i * sizeof<T>());
    const second = load<T>(after + <usize>i * sizeof<T>());
    identical += <i64>(first == second);
    const near = areNeighbours<T>(v128.splat<T>(first), v128.splat<T>(second), infinity);
    close += <i64>(first == second || v128.any_true(near));
  }
  store<f64>(statistics, load<f64>(statistics) + <f64>identical);
  store<f64>(statistics, load<f64>(statistics, 8) + <f64>close, 8);
}

// @ts-ignore: decorator
@inline function areNeighbours<T>(first: v128, second: v128, infinity: T): v128 {
  // No magnitudes are farther apart than twice infinity's, which does not wrap around to ±1.
  const distance = v128.sub<T>(ordered<T>(first), ordered<T>(second));
  const near = v128.and(
    v128.gt<T>(distance, v128.splat<T>(<T>-2)),
    v128.lt<T>(distance, v128.splat<T>(<T>2)),
  );
  const notNumbers = v128.or(isNotNumber<T>(first, infinity), isNotNumber<T>(second, infinity));
  return v128.andnot(near, notNumbers);
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
