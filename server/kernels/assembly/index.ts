import { compare } from './compare';
import { contrastAll, contrastBF16 } from './contrast';
import { BF16, E4M3, E5M2, F16, F32, F64, codeOfBF16, codeOfE4M3, codeOfE5M2, codeOfF16, codeOfF32 } from './dtypes';
import { accumulateScaled, loadScaled } from './load';
import { measureChange } from './measure';
import { multiplyAll, multiplySingle, norms } from './products';
import { roundTo } from './round';
import { roundProductTo, roundSingle } from './roundProduct';
import { roundAtRandom } from './stochastic';
import { addProducts, pack } from './panels';
import { factorise } from './triangularize';
import { tridiagonalizeColumns } from './tridiagonalize';

/** What `instantiate.ts` calls: every kernel once, the dtype as a number. `kernels.ts` says what they do. */

export { accumulateBound } from './load';
export { addMoments, addSquares, addToCells, countPatterns, distance, scanMatrix } from './view';

export function loadAny(dtype: i32, source: usize, count: i32, scale: f64, target: usize): void {
  if (dtype == codeOfBF16) return loadScaled<BF16>(source, count, scale, target);
  if (dtype == codeOfF16) return loadScaled<F16>(source, count, scale, target);
  if (dtype == codeOfF32) return loadScaled<F32>(source, count, scale, target);
  loadScaled<F64>(source, count, scale, target);
}

export function accumulate(dtype: i32, source: usize, count: i32, scale: f64, target: usize): void {
  if (dtype == codeOfBF16) return accumulateScaled<BF16>(source, count, scale, target);
  if (dtype == codeOfF16) return accumulateScaled<F16>(source, count, scale, target);
  if (dtype == codeOfF32) return accumulateScaled<F32>(source, count, scale, target);
  accumulateScaled<F64>(source, count, scale, target);
}

export function round(
  dtype: i32,
  base: usize,
  offset: usize,
  delta: usize,
  bound: usize,
  strength: f64,
  count: i32,
  out: usize,
  statistics: usize,
  ambiguous: usize,
): i32 {
  if (dtype == codeOfBF16) {
    return roundTo<BF16>(base, offset, delta, bound, strength, count, out, statistics, ambiguous);
  }
  if (dtype == codeOfF16) {
    return roundTo<F16>(base, offset, delta, bound, strength, count, out, statistics, ambiguous);
  }
  if (dtype == codeOfF32) {
    return roundTo<F32>(base, offset, delta, bound, strength, count, out, statistics, ambiguous);
  }
  if (dtype == codeOfE4M3) {
    return roundTo<E4M3>(base, offset, delta, bound, strength, count, out, statistics, ambiguous);
  }
  if (dtype == codeOfE5M2) {
    return roundTo<E5M2>(base, offset, delta, bound, strength, count, out, statistics, ambiguous);
  }
  return roundTo<F64>(base, offset, delta, bound, strength, count, out, statistics, ambiguous);
}

export function roundStochastically(
  dtype: i32,
  base: usize,
  offset: usize,
  delta: usize,
  bound: usize,
  strength: f64,
  count: i32,
  out: usize,
  statistics: usize,
  ambiguous: usize,
  seed: u32,
  first: f64,
): i32 {
  if (dtype == codeOfBF16) {
    return roundAtRandom<BF16>(base, offset, delta, bound, strength, count, out, statistics, ambiguous, seed, first);
  }
  if (dtype == codeOfF16) {
    return roundAtRandom<F16>(base, offset, delta, bound, strength, count, out, statistics, ambiguous, seed, first);
  }
  if (dtype == codeOfF32) {
    return roundAtRandom<F32>(base, offset, delta, bound, strength, count, out, statistics, ambiguous, seed, first);
  }
  if (dtype == codeOfE4M3) {
    return roundAtRandom<E4M3>(base, offset, delta, bound, strength, count, out, statistics, ambiguous, seed, first);
  }
  if (dtype == codeOfE5M2) {
    return roundAtRandom<E5M2>(base, offset, delta, bound, strength, count, out, statistics, ambiguous, seed, first);
  }
  return roundAtRandom<F64>(base, offset, delta, bound, strength, count, out, statistics, ambiguous, seed, first);
}

export function roundProduct(
  dtype: i32,
  base: usize,
  precision: i32,
  product: usize,
  strength: f64,
  norms: usize,
  factor: f64,
  floor: f64,
  count: i32,
  out: usize,
  statistics: usize,
  ambiguous: usize,
  first: i32,
): i32 {
  if (precision == codeOfF32) {
    return ofProduct<F32>(dtype, base, product, strength, norms, factor, floor, count, out, statistics, ambiguous, first);
  }
  return ofProduct<F64>(dtype, base, product, strength, norms, factor, floor, count, out, statistics, ambiguous, first);
}

// @ts-ignore: decorator
@inline function ofProduct<P>(
  dtype: i32,
  base: usize,
  product: usize,
  strength: f64,
  norms: usize,
  factor: f64,
  floor: f64,
  count: i32,
  out: usize,
  statistics: usize,
  ambiguous: usize,
  first: i32,
): i32 {
  if (dtype == codeOfBF16) {
    return roundProductTo<BF16, P>(
      base, product, strength, norms, factor, floor, count, out, statistics, ambiguous, first,
    );
  }
  if (dtype == codeOfF16) {
    return roundProductTo<F16, P>(
      base, product, strength, norms, factor, floor, count, out, statistics, ambiguous, first,
    );
  }
  return roundProductTo<F32, P>(base, product, strength, norms, factor, floor, count, out, statistics, ambiguous, first);
}

export function roundAt(
  dtype: i32,
  base: usize,
  deltas: usize,
  strength: f64,
  indexes: usize,
  count: i32,
  out: usize,
  statistics: usize,
): void {
  if (dtype == codeOfBF16) return roundSingle<BF16>(base, deltas, strength, indexes, count, out, statistics);
  if (dtype == codeOfF16) return roundSingle<F16>(base, deltas, strength, indexes, count, out, statistics);
  roundSingle<F32>(base, deltas, strength, indexes, count, out, statistics);
}

export function contrast(
  dtype: i32,
  base: usize,
  positive: usize,
  negative: usize,
  count: i32,
  writes: usize,
  places: i32,
  scratch: usize,
): void {
  if (dtype == codeOfBF16) return contrastBF16(base, positive, negative, count, writes, places, scratch);
  if (dtype == codeOfF16) return contrastAll<F16>(base, positive, negative, count, writes, places);
  if (dtype == codeOfF32) return contrastAll<F32>(base, positive, negative, count, writes, places);
  contrastAll<F64>(base, positive, negative, count, writes, places);
}

export function measure(base: usize, delta: usize, count: i32, statistics: usize): void {
  measureChange(base, delta, count, statistics);
}

export function compareBits(dtype: i32, before: usize, after: usize, count: i32, statistics: usize): void {
  if (dtype == codeOfBF16) return compare<i16>(before, after, count, 0x7f80, statistics);
  if (dtype == codeOfF16) return compare<i16>(before, after, count, 0x7c00, statistics);
  if (dtype == codeOfF32) return compare<i32>(before, after, count, 0x7f800000, statistics);
  compare<i64>(before, after, count, 0x7ff0000000000000, statistics);
}

export function multiply(
  dtype: i32,
  left: usize,
  right: usize,
  rows: i32,
  columns: i32,
  rank: i32,
  scale: f64,
  target: usize,
): void {
  if (dtype == codeOfF32) return multiplyAll<F32>(left, right, rows, columns, rank, scale, target);
  multiplyAll<F64>(left, right, rows, columns, rank, scale, target);
}

export function multiplyAt(
  dtype: i32,
  left: usize,
  right: usize,
  columns: i32,
  rank: i32,
  scale: f64,
  target: usize,
  indexes: usize,
  count: i32,
): void {
  if (dtype == codeOfF32) return multiplySingle<F32>(left, right, columns, rank, scale, target, indexes, count);
  multiplySingle<F64>(left, right, columns, rank, scale, target, indexes, count);
}

export function rowNorms(dtype: i32, matrix: usize, rows: i32, columns: i32, target: usize): void {
  if (dtype == codeOfF32) return norms<F32>(matrix, rows, columns, target);
  norms<F64>(matrix, rows, columns, target);
}

export function triangularize(matrix: usize, rows: i32, columns: i32): void {
  factorise(matrix, rows, columns);
}

export function packPanels(source: usize, count: i32, columns: i32, target: usize): void {
  pack(source, count, columns, target);
}

export function addPanels(
  left: usize,
  rows: i32,
  right: usize,
  columns: i32,
  count: i32,
  target: usize,
  upper: bool,
): void {
  addProducts(left, rows, right, columns, count, target, upper);
}

export function tridiagonalize(
  matrix: usize,
  size: i32,
  diagonal: usize,
  off: usize,
  scratch: usize,
  from: i32,
  to: i32,
): void {
  tridiagonalizeColumns(matrix, size, diagonal, off, scratch, from, to);
}
