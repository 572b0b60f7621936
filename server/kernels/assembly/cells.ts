import { pairAt, valueAt } from './values';

/**
 * Adds elements `first` … `first` + `count` − 1 of a row to the sums of the cells they fall into, and raises the
 * cells' largest magnitudes; NaN spreads. Cell c goes from edges[c] to edges[c + 1] (u32).
 */
export function addCells<T>(
  source: usize,
  first: u32,
  count: u32,
  edges: usize,
  cell: u32,
  sums: usize,
  maxima: usize,
  table: usize,
): void {
  const end = first + count;
  while (first < end) {
    const next = load<u32>(edges + (<usize>(cell + 1) << 2));
    const length = min(next, end) - first;
    addCell<T>(source, length, sums + (<usize>cell << 3), maxima + (<usize>cell << 3), table);
    source += <usize>length * sizeof<T>();
    first += length;
    if (first == next) cell++;
  }
}

// @ts-ignore: decorator
@inline function addCell<T>(source: usize, count: u32, sum: usize, maximum: usize, table: usize): void {
  let sums = f64x2.splat(0);
  let largest = f64x2.splat(0);
  const pairs = count & ~1;
  for (let i: u32 = 0; i < pairs; i += 2) {
    const values = pairAt<T>(source, table);
    sums = f64x2.add(sums, values);
    largest = f64x2.max(largest, f64x2.abs(values));
    source += 2 * sizeof<T>();
  }
  let total = f64x2.extract_lane(sums, 0) + f64x2.extract_lane(sums, 1);
  let most = max<f64>(f64x2.extract_lane(largest, 0), f64x2.extract_lane(largest, 1));
  if (pairs < count) {
    const last = valueAt<T>(source, table);
    total += last;
    most = max<f64>(most, abs<f64>(last));
  }
  store<f64>(sum, load<f64>(sum) + total);
  store<f64>(maximum, max<f64>(load<f64>(maximum), most));
}
