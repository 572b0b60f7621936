import { sumOf } from './rounding';

/** Columns of a panel: as many as two registers hold. */
const width: i32 = 4;

/**
 * Puts a float64 matrix (count × columns, row by row) into panels of four columns each, one after the other, each row
 * by row: what `addPanels` reads in order. The last panel is filled up with zeros.
 */
export function pack(source: usize, count: i32, columns: i32, target: usize): void {
  let out = target;
  for (let first = 0; first < columns; first += width) {
    const there = min(width, columns - first);
    let row = source + (<usize>first << 3);
    for (let k = 0; k < count; k++) {
      for (let c = 0; c < there; c++) store<f64>(out + (<usize>c << 3), load<f64>(row + (<usize>c << 3)));
      for (let c = there; c < width; c++) store<f64>(out + (<usize>c << 3), 0);
      row += <usize>columns << 3;
      out += <usize>width << 3;
    }
  }
}

/**
 * target[i · columns + j] += Σₖ left[k, i] · right[k, j], from panels of `count` rows; with `upper` only the squares of
 * four by four that hold an element on or above the diagonal.
 */
export function addProducts(
  left: usize,
  rows: i32,
  right: usize,
  columns: i32,
  count: i32,
  target: usize,
  upper: bool,
): void {
  const panel = (<usize>count * width) << 3;
  for (let i = 0; i < rows; i += width) {
    const from = upper ? i : 0;
    for (let j = from; j < columns; j += width) {
      const out = target + ((<usize>i * columns + j) << 3);
      const one = left + <usize>(i >> 2) * panel;
      const other = right + <usize>(j >> 2) * panel;
      if (i + width <= rows && j + width <= columns) square(one, other, count, columns, out);
      else edge(one, other, count, columns, out, min(width, rows - i), min(width, columns - j));
    }
  }
}

/** Four by four sums in registers. */
// @ts-ignore: decorator
@inline function square(left: usize, right: usize, count: i32, columns: i32, target: usize): void {
  const zero = f64x2.splat(0);
  let sum00 = zero;
  let sum01 = zero;
  let sum10 = zero;
  let sum11 = zero;
  let sum20 = zero;
  let sum21 = zero;
  let sum30 = zero;
  let sum31 = zero;
  const end = left + ((<usize>count * width) << 3);
  while (left < end) {
    const right0 = v128.load(right);
    const right1 = v128.load(right, 16);
    const left0 = v128.load64_splat(left);
    sum00 = f64x2.add(sum00, f64x2.mul(left0, right0));
    sum01 = f64x2.add(sum01, f64x2.mul(left0, right1));
    const left1 = v128.load64_splat(left, 8);
    sum10 = f64x2.add(sum10, f64x2.mul(left1, right0));
    sum11 = f64x2.add(sum11, f64x2.mul(left1, right1));
    const left2 = v128.load64_splat(left, 16);
    sum20 = f64x2.add(sum20, f64x2.mul(left2, right0));
    sum21 = f64x2.add(sum21, f64x2.mul(left2, right1));
    const left3 = v128.load64_splat(left, 24);
    sum30 = f64x2.add(sum30, f64x2.mul(left3, right0));
    sum31 = f64x2.add(sum31, f64x2.mul(left3, right1));
    left += 32;
    right += 32;
  }
  const down = <usize>columns << 3;
  addTo(target, sum00, sum01);
  addTo(target + down, sum10, sum11);
  addTo(target + 2 * down, sum20, sum21);
  addTo(target + 3 * down, sum30, sum31);
}

// @ts-ignore: decorator
@inline function addTo(target: usize, first: v128, second: v128): void {
  v128.store(target, f64x2.add(v128.load(target), first));
  v128.store(target, f64x2.add(v128.load(target, 16), second), 16);
}

function edge(left: usize, right: usize, count: i32, columns: i32, target: usize, rows: i32, width: i32): void {
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < width; j++) {
      let sum: f64 = 0;
      for (let k = 0; k < count; k++) {
        sum += load<f64>(left + (<usize>(4 * k + i) << 3)) * load<f64>(right + (<usize>(4 * k + j) << 3));
      }
      const at = target + ((<usize>i * columns + j) << 3);
      store<f64>(at, load<f64>(at) + sum);
    }
  }
}

/** Σ one[i] · other[i] over `count` values. */
export function inner(one: usize, other: usize, count: i32): f64 {
  let sums = f64x2.splat(0);
  const end = one + (<usize>(count & ~1) << 3);
  while (one < end) {
    sums = f64x2.add(sums, f64x2.mul(v128.load(one), v128.load(other)));
    one += 16;
    other += 16;
  }
  const sum = sumOf(sums);
  return count & 1 ? sum + load<f64>(one) * load<f64>(other) : sum;
}
