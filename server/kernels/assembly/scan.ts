/** Where the numbers of `scanMatrix` lie, each a u32; `scanKernel.ts` reads them in this order. */
const nanCount = 0;
const infiniteCount = 4;
const zeroCount = 8;
const subnormalCount = 12;
const deadRowCount = 16;
const firstDeadRow = 20;
const hashes = 32; // Of 16 bytes; and of what is left at the end of rows.
const hashOfRest = 24;

const prime: i32 = 0x01000193;

/**
 * Looks at rows of bit patterns as integers of their width, `T`: without its sign a float is larger the larger its
 * pattern is. `alive` has a `T` for each column, not 0 where one of its values is not.
 */
// @ts-ignore: decorator
@inline export function scanAll<T>(
  source: usize, rows: i32, columns: i32, row: i32, alive: usize, state: usize,
  magnitude: T, normal: T, largest: T, infinity: T,
): void {
  for (let end = row + rows; row < end; row++) {
    const isAlive = scanRow<T>(source, columns, alive, state, magnitude, normal, largest, infinity);
    if (!isAlive) noteDead(state, row);
    source += columns * sizeof<T>();
  }
}

// @ts-ignore: decorator
@inline function scanRow<T>(
  source: usize, columns: i32, alive: usize, state: usize,
  magnitude: T, normal: T, largest: T, infinity: T,
): bool {
  const lanes: i32 = 16 / sizeof<T>();
  const whole = columns - (columns % lanes);
  const mask = v128.splat<T>(magnitude);
  const least = v128.splat<T>(normal);
  const most = v128.splat<T>(largest);
  let hash = v128.load(state, hashes);
  let any = i64x2.splat(0);
  let at = 0;
  for (; at < whole; at += lanes) {
    const words = v128.load(source);
    const sizes = v128.and(words, mask);
    hash = i32x4.mul(v128.xor(hash, words), i32x4.splat(prime));
    any = v128.or(any, sizes);
    v128.store(alive, v128.or(v128.load(alive), sizes));
    if (v128.any_true(v128.or(v128.lt<T>(sizes, least), v128.gt<T>(sizes, most))))
      count<T>(sizes, state, normal, largest, infinity);
    source += 16;
    alive += 16;
  }
  v128.store(state, hash, hashes);
  let isAlive = v128.any_true(any);
  for (; at < columns; at++) {
    const word = load<T>(source);
    const size = word & magnitude;
    if (size != <T>0) isAlive = true;
    store<T>(alive, load<T>(alive) | size);
    countOne<T>(size, state, normal, largest, infinity);
    store<i32>(state, (load<i32>(state, hashOfRest) ^ <i32>word ^ <i32>(<i64>word >> 32)) * prime, hashOfRest);
    source += sizeof<T>();
    alive += sizeof<T>();
  }
  return isAlive;
}

// @ts-ignore: decorator
@inline function count<T>(sizes: v128, state: usize, normal: T, largest: T, infinity: T): void {
  const zeros = popcnt(v128.bitmask<T>(v128.eq<T>(sizes, i64x2.splat(0))));
  const small = popcnt(v128.bitmask<T>(v128.lt<T>(sizes, v128.splat<T>(normal))));
  const infinite = popcnt(v128.bitmask<T>(v128.eq<T>(sizes, v128.splat<T>(infinity))));
  const large = popcnt(v128.bitmask<T>(v128.gt<T>(sizes, v128.splat<T>(largest))));
  raise(state + zeroCount, zeros);
  raise(state + subnormalCount, small - zeros);
  raise(state + infiniteCount, infinite);
  raise(state + nanCount, large - infinite);
}

// @ts-ignore: decorator
@inline function countOne<T>(size: T, state: usize, normal: T, largest: T, infinity: T): void {
  if (size == <T>0) raise(state + zeroCount, 1);
  else if (size < normal) raise(state + subnormalCount, 1);
  else if (size == infinity) raise(state + infiniteCount, 1);
  else if (size > largest) raise(state + nanCount, 1);
}

// @ts-ignore: decorator
@inline function raise(counter: usize, by: i32): void {
  store<i32>(counter, load<i32>(counter) + by);
}

function noteDead(state: usize, row: i32): void {
  if (load<i32>(state, deadRowCount) == 0) store<i32>(state, row, firstDeadRow);
  raise(state + deadRowCount, 1);
}
