import { sumOf } from './rounding';

/**
 * Inner products in float64. The order of summation, which defines the result to the bit: elements with even j one
 * after the other in the first lane, those with odd j in the second; then the two lanes; then the last element where
 * the length is odd. Every function here keeps to it.
 */

// @ts-ignore: decorator
@inline function pair<T>(source: usize): v128 {
  if (sizeof<T>() == 8) return v128.load(source);
  return f64x2.promote_low_f32x4(v128.load64_zero(source));
}

// @ts-ignore: decorator
@inline function finish<T>(sums: v128, left: usize, right: usize, rank: i32): f64 {
  const sum = sumOf(sums);
  if (!(rank & 1)) return sum;
  const last = <usize>(rank - 1) * sizeof<T>();
  return sum + <f64>load<T>(left + last) * <f64>load<T>(right + last);
}

function inner<T>(left: usize, right: usize, rank: i32): f64 {
  let sums = f64x2.splat(0);
  const end = <usize>(rank & ~1) * sizeof<T>();
  for (let j: usize = 0; j < end; j += 2 * sizeof<T>()) {
    sums = f64x2.add(sums, f64x2.mul(pair<T>(left + j), pair<T>(right + j)));
  }
  return finish<T>(sums, left, right, rank);
}

// @ts-ignore: decorator
@inline function add(target: usize, value: f64): void {
  store<f64>(target, load<f64>(target) + value);
}

/** Rows of `right` that stay in the first-level cache while all of a block's rows of `left` pass. */
const columnsInCache = 32;

export function multiplyAll<T>(
  left: usize,
  right: usize,
  rows: i32,
  columns: i32,
  rank: i32,
  scale: f64,
  target: usize,
): void {
  const stride = <usize>rank * sizeof<T>();
  for (let from = 0; from < columns; from += columnsInCache) {
    const to = min(columns, from + columnsInCache);
    for (let i = 0; i < rows; i += 4) {
      const at = left + <usize>i * stride;
      const out = target + (<usize>i * columns << 3);
      let k = from;
      if (i + 4 <= rows) {
        for (; k + 2 <= to; k += 2) {
          tile<T>(at, right + <usize>k * stride, columns, rank, scale, out + (<usize>k << 3));
        }
      }
      for (let row = i; row < min(rows, i + 4); row++) {
        for (let column = k; column < to; column++) {
          const value = inner<T>(left + <usize>row * stride, right + <usize>column * stride, rank);
          add(target + ((<usize>row * columns + column) << 3), scale * value);
        }
      }
    }
  }
}

/** Four rows by two columns: eight sums in registers, six loads for sixteen multiplications. */
// @ts-ignore: decorator
@inline function tile<T>(left: usize, right: usize, columns: i32, rank: i32, scale: f64, target: usize): void {
  const stride = <usize>rank * sizeof<T>();
  const left1 = left + stride;
  const left2 = left1 + stride;
  const left3 = left2 + stride;
  const right1 = right + stride;
  const zero = f64x2.splat(0);
  let sum00 = zero;
  let sum01 = zero;
  let sum10 = zero;
  let sum11 = zero;
  let sum20 = zero;
  let sum21 = zero;
  let sum30 = zero;
  let sum31 = zero;
  const end = <usize>(rank & ~1) * sizeof<T>();
  for (let j: usize = 0; j < end; j += 2 * sizeof<T>()) {
    const column0 = pair<T>(right + j);
    const column1 = pair<T>(right1 + j);
    const row0 = pair<T>(left + j);
    sum00 = f64x2.add(sum00, f64x2.mul(row0, column0));
    sum01 = f64x2.add(sum01, f64x2.mul(row0, column1));
    const row1 = pair<T>(left1 + j);
    sum10 = f64x2.add(sum10, f64x2.mul(row1, column0));
    sum11 = f64x2.add(sum11, f64x2.mul(row1, column1));
    const row2 = pair<T>(left2 + j);
    sum20 = f64x2.add(sum20, f64x2.mul(row2, column0));
    sum21 = f64x2.add(sum21, f64x2.mul(row2, column1));
    const row3 = pair<T>(left3 + j);
    sum30 = f64x2.add(sum30, f64x2.mul(row3, column0));
    sum31 = f64x2.add(sum31, f64x2.mul(row3, column1));
  }
  const down = <usize>columns << 3;
  add(target, scale * finish<T>(sum00, left, right, rank));
  add(target + 8, scale * finish<T>(sum01, left, right1, rank));
  target += down;
  add(target, scale * finish<T>(sum10, left1, right, rank));
  add(target + 8, scale * finish<T>(sum11, left1, right1, rank));
  target += down;
  add(target, scale * finish<T>(sum20, left2, right, rank));
  add(target + 8, scale * finish<T>(sum21, left2, right1, rank));
  target += down;
  add(target, scale * finish<T>(sum30, left3, right, rank));
  add(target + 8, scale * finish<T>(sum31, left3, right1, rank));
}

export function multiplySingle<T>(
  left: usize,
  right: usize,
  columns: i32,
  rank: i32,
  scale: f64,
  target: usize,
  indexes: usize,
  count: i32,
): void {
  const stride = <usize>rank * sizeof<T>();
  for (let n = 0; n < count; n++) {
    const index = load<u32>(indexes + (<usize>n << 2));
    const row = <usize>(index / <u32>columns);
    const column = <usize>(index % <u32>columns);
    add(target + (<usize>n << 3), scale * inner<T>(left + row * stride, right + column * stride, rank));
  }
}

/**
 * Upper bounds of the rows' norms. Each of the n squares, n − 1 sums and the root is off by at most 2⁻⁵³ relative, so
 * 1 + (n + 4)·2⁻⁵² covers them. Where squares may have vanished the sum of magnitudes, which is no smaller than the
 * norm and cannot vanish, takes its place; a sum that overflows is infinite, and a bound.
 */
export function norms<T>(matrix: usize, rows: i32, columns: i32, target: usize): void {
  const stride = <usize>columns * sizeof<T>();
  const allowance = 1 + <f64>(columns + 4) * f64.EPSILON;
  for (let row = 0; row < rows; row++) {
    const squares = inner<T>(matrix, matrix, columns);
    const norm = squares < 1e-200 ? magnitudeSum<T>(matrix, columns) : sqrt<f64>(squares);
    store<f64>(target, norm * allowance);
    matrix += stride;
    target += 8;
  }
}

function magnitudeSum<T>(row: usize, columns: i32): f64 {
  let sum: f64 = 0;
  for (let j = 0; j < columns; j++) sum += abs<f64>(<f64>load<T>(row + <usize>j * sizeof<T>()));
  // A subnormal times the allowance could round down again.
  return sum == 0 ? 0 : sum + f64.MIN_VALUE;
}
