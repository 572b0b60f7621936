/** Rows that are folded into the triangle at a time, so that they stay in the second-level cache. */
const rowsInCache: i32 = 64;

/**
 * R of a QR factorisation by Householder reflections, in place and without scratch: first of the square at the top,
 * then block after block of the rows below is reflected into the triangle there is. Sign and order of R's rows are
 * those the reflections give. The matrix is scaled by a power of two meanwhile, so that no square overflows.
 */
export function factorise(matrix: usize, rows: i32, columns: i32): void {
  const top = min(rows, columns);
  const count = <usize>rows * columns;
  const scale = scaleOf(matrix, count);
  rescale(matrix, count, scale);
  for (let k = 0; k < top; k++) reflect(matrix, columns, k, k + 1, top);
  for (let from = top; from < rows; from += rowsInCache) {
    const to = min(rows, from + rowsInCache);
    for (let k = 0; k < top; k++) reflect(matrix, columns, k, from, to);
  }
  clearBelow(matrix, rows, columns);
  rescale(matrix, count, 1 / scale);
}

/** 2⁻ᵉ for a largest magnitude in [2ᵉ, 2ᵉ⁺¹); 1 where that says nothing, or is out of reach of a float64. */
function scaleOf(matrix: usize, count: usize): f64 {
  let largest: f64 = 0;
  for (let n: usize = 0; n < count; n++) largest = max<f64>(largest, abs<f64>(load<f64>(matrix + (n << 3))));
  const exponent = <i32>(reinterpret<u64>(largest) >> 52) - 1023;
  if (largest != largest || exponent == 1024) return 1;
  return reinterpret<f64>(<u64>(1023 - max(-1000, min(1000, exponent))) << 52);
}

function rescale(matrix: usize, count: usize, scale: f64): void {
  for (let n: usize = 0; n < count; n++) {
    store<f64>(matrix + (n << 3), load<f64>(matrix + (n << 3)) * scale);
  }
}

/**
 * Clears column `k` of the rows `from` to `to` by the reflection that turns them, together with row `k`, into a
 * multiple of that row's axis. The reflector is left in their place; no later column of the triangle reads it.
 */
function reflect(matrix: usize, columns: i32, k: i32, from: i32, to: i32): void {
  const stride = <usize>columns << 3;
  const pivot = matrix + <usize>k * stride;
  const first = matrix + <usize>from * stride;
  const last = matrix + <usize>to * stride;
  const column = <usize>k << 3;
  let squares: f64 = 0;
  for (let row = first; row < last; row += stride) {
    const value = load<f64>(row + column);
    squares += value * value;
  }
  if (squares == 0) return;
  const head = load<f64>(pivot + column);
  const image = -copysign<f64>(sqrt<f64>(head * head + squares), head);
  const divisor = 1 / (head - image);
  for (let row = first; row < last; row += stride) store<f64>(row + column, load<f64>(row + column) * divisor);
  store<f64>(pivot + column, image);
  const factor = (image - head) / image;
  let j = k + 1;
  for (; j + 8 <= columns; j += 8) reflectEight(pivot, first, last, stride, column, <usize>j << 3, factor);
  for (; j + 2 <= columns; j += 2) reflectTwo(pivot, first, last, stride, column, <usize>j << 3, factor);
  if (j < columns) reflectOne(pivot, first, last, stride, column, <usize>j << 3, factor);
}

function reflectEight(
  pivot: usize,
  first: usize,
  last: usize,
  stride: usize,
  column: usize,
  at: usize,
  factor: f64,
): void {
  let sum0 = v128.load(pivot + at);
  let sum1 = v128.load(pivot + at, 16);
  let sum2 = v128.load(pivot + at, 32);
  let sum3 = v128.load(pivot + at, 48);
  for (let row = first; row < last; row += stride) {
    const reflector = v128.load64_splat(row + column);
    sum0 = f64x2.add(sum0, f64x2.mul(reflector, v128.load(row + at)));
    sum1 = f64x2.add(sum1, f64x2.mul(reflector, v128.load(row + at, 16)));
    sum2 = f64x2.add(sum2, f64x2.mul(reflector, v128.load(row + at, 32)));
    sum3 = f64x2.add(sum3, f64x2.mul(reflector, v128.load(row + at, 48)));
  }
  const factors = f64x2.splat(factor);
  sum0 = f64x2.mul(factors, sum0);
  sum1 = f64x2.mul(factors, sum1);
  sum2 = f64x2.mul(factors, sum2);
  sum3 = f64x2.mul(factors, sum3);
  v128.store(pivot + at, f64x2.sub(v128.load(pivot + at), sum0));
  v128.store(pivot + at, f64x2.sub(v128.load(pivot + at, 16), sum1), 16);
  v128.store(pivot + at, f64x2.sub(v128.load(pivot + at, 32), sum2), 32);
  v128.store(pivot + at, f64x2.sub(v128.load(pivot + at, 48), sum3), 48);
  for (let row = first; row < last; row += stride) {
    const reflector = v128.load64_splat(row + column);
    v128.store(row + at, f64x2.sub(v128.load(row + at), f64x2.mul(reflector, sum0)));
    v128.store(row + at, f64x2.sub(v128.load(row + at, 16), f64x2.mul(reflector, sum1)), 16);
    v128.store(row + at, f64x2.sub(v128.load(row + at, 32), f64x2.mul(reflector, sum2)), 32);
    v128.store(row + at, f64x2.sub(v128.load(row + at, 48), f64x2.mul(reflector, sum3)), 48);
  }
}

function reflectTwo(
  pivot: usize,
  first: usize,
  last: usize,
  stride: usize,
  column: usize,
  at: usize,
  factor: f64,
): void {
  let sum = v128.load(pivot + at);
  for (let row = first; row < last; row += stride) {
    sum = f64x2.add(sum, f64x2.mul(v128.load64_splat(row + column), v128.load(row + at)));
  }
  sum = f64x2.mul(f64x2.splat(factor), sum);
  v128.store(pivot + at, f64x2.sub(v128.load(pivot + at), sum));
  for (let row = first; row < last; row += stride) {
    v128.store(row + at, f64x2.sub(v128.load(row + at), f64x2.mul(v128.load64_splat(row + column), sum)));
  }
}

function reflectOne(
  pivot: usize,
  first: usize,
  last: usize,
  stride: usize,
  column: usize,
  at: usize,
  factor: f64,
): void {
  let sum = load<f64>(pivot + at);
  for (let row = first; row < last; row += stride) sum += load<f64>(row + column) * load<f64>(row + at);
  sum *= factor;
  store<f64>(pivot + at, load<f64>(pivot + at) - sum);
  for (let row = first; row < last; row += stride) {
    store<f64>(row + at, load<f64>(row + at) - load<f64>(row + column) * sum);
  }
}

function clearBelow(matrix: usize, rows: i32, columns: i32): void {
  for (let row = 1; row < rows; row++) {
    memory.fill(matrix + (<usize>row * columns << 3), 0, <usize>min(row, columns) << 3);
  }
}
