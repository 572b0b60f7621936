import { pairAt, valueAt } from './values';

/** Adds the square of each element of a row to its column's sum, and returns the sum of the row. */
export function squaresOf<T>(source: usize, count: i32, columns: usize, table: usize): f64 {
  let sums = f64x2.splat(0);
  const pairs = count & ~1;
  for (let i = 0; i < pairs; i += 2) {
    const values = pairAt<T>(source, table);
    const squares = f64x2.mul(values, values);
    sums = f64x2.add(sums, squares);
    v128.store(columns, f64x2.add(v128.load(columns), squares));
    source += 2 * sizeof<T>();
    columns += 16;
  }
  let sum = f64x2.extract_lane(sums, 0) + f64x2.extract_lane(sums, 1);
  if (pairs < count) {
    const last = valueAt<T>(source, table);
    sum += last * last;
    store<f64>(columns, load<f64>(columns) + last * last);
  }
  return sum;
}
