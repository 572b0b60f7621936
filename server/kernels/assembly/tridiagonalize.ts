import { inner } from './panels';

/**
 * Householder reflections from both sides turn a symmetric matrix, of which the upper triangle is read and overwritten,
 * into a tridiagonal one with the same eigenvalues (Golub & Van Loan, 8.3.1). Column after column: `from` to `to` are
 * done, so that a caller can stop in between; diagonal and off-diagonal are final for these.
 *
 * The reflection of one column is applied to the rest together with the product that the next column needs, so that
 * the triangle passes through the caches once for each column. Scratch: `next`, the reflector that is due (n values),
 * `image`, what is subtracted with it (n), and `product` (n).
 */
export function tridiagonalizeColumns(
  matrix: usize,
  n: i32,
  diagonal: usize,
  off: usize,
  scratch: usize,
  from: i32,
  to: i32,
): void {
  const size = <usize>n << 3;
  const reflector = scratch;
  const image = scratch + size;
  const next = scratch + 2 * size;
  const product = scratch + 3 * size;
  for (let k = from; k < to; k++) {
    const row = matrix + <usize>k * size;
    // `reflector` and `image` of the column before are still to be applied to row k.
    if (k > 0) subtract(row, k, k, n, reflector, image);
    store<f64>(diagonal + (<usize>k << 3), load<f64>(row + (<usize>k << 3)));
    if (k + 1 >= n) {
      store<f64>(off + (<usize>k << 3), 0);
      return;
    }
    const factor = reflect(row, k, n, next, off + (<usize>k << 3));
    memory.fill(product, 0, size);
    for (let i = k + 1; i < n; i++) {
      const line = matrix + <usize>i * size;
      if (k > 0) subtract(line, i, i, n, reflector, image);
      multiply(line, i, n, next, product);
    }
    const half = 0.5 * factor * factor * inner(product + (<usize>(k + 1) << 3), next + (<usize>(k + 1) << 3), n - k - 1);
    for (let i = k + 1; i < n; i++) {
      const at = <usize>i << 3;
      const value = load<f64>(next + at);
      store<f64>(reflector + at, value);
      store<f64>(image + at, factor * load<f64>(product + at) - half * value);
    }
  }
}

/**
 * The reflector that clears a row beyond k + 1, in `target`, and what the row becomes there in `image`; returns the
 * factor: I − factor · v · vᵀ. Zero where there is nothing to clear.
 */
function reflect(row: usize, k: i32, n: i32, target: usize, image: usize): f64 {
  const first = <usize>(k + 1) << 3;
  const head = load<f64>(row + first);
  const rest = n - k - 2;
  const squares = inner(row + first + 8, row + first + 8, rest);
  memory.copy(target + first, row + first, <usize>(n - k - 1) << 3);
  if (squares == 0) {
    store<f64>(image, head);
    store<f64>(target + first, 0);
    return 0;
  }
  const length = -copysign<f64>(sqrt<f64>(head * head + squares), head);
  store<f64>(image, length);
  store<f64>(target + first, head - length);
  return 2 / ((head - length) * (head - length) + squares);
}

/** row[j] −= v[i] · w[j] + w[i] · v[j] for j from `first` on. */
// @ts-ignore: decorator
@inline function subtract(row: usize, i: i32, first: i32, n: i32, v: usize, w: usize): void {
  const vi = load<f64>(v + (<usize>i << 3));
  const wi = load<f64>(w + (<usize>i << 3));
  const vs = f64x2.splat(vi);
  const ws = f64x2.splat(wi);
  let j = <usize>first << 3;
  const end = <usize>n << 3;
  for (; j + 16 <= end; j += 16) {
    const change = f64x2.add(f64x2.mul(vs, v128.load(w + j)), f64x2.mul(ws, v128.load(v + j)));
    v128.store(row + j, f64x2.sub(v128.load(row + j), change));
  }
  if (j < end) store<f64>(row + j, load<f64>(row + j) - (vi * load<f64>(w + j) + wi * load<f64>(v + j)));
}

/** What row i of the triangle has of the symmetric product with `v`. */
// @ts-ignore: decorator
@inline function multiply(row: usize, i: i32, n: i32, v: usize, product: usize): void {
  const own = <usize>i << 3;
  const vi = load<f64>(v + own);
  const vs = f64x2.splat(vi);
  let sums = f64x2.splat(0);
  let j = own + 8;
  const end = <usize>n << 3;
  for (; j + 16 <= end; j += 16) {
    const value = v128.load(row + j);
    sums = f64x2.add(sums, f64x2.mul(value, v128.load(v + j)));
    v128.store(product + j, f64x2.add(v128.load(product + j), f64x2.mul(value, vs)));
  }
  let sum = f64x2.extract_lane(sums, 0) + f64x2.extract_lane(sums, 1);
  if (j < end) {
    const value = load<f64>(row + j);
    sum += value * load<f64>(v + j);
    store<f64>(product + j, load<f64>(product + j) + value * vi);
  }
  store<f64>(product + own, load<f64>(product + own) + load<f64>(row + own) * vi + sum);
}
