import { addCells } from './cells';
import { codeOfBF16, codeOfE4M3, codeOfE5M2, codeOfF16, codeOfF32 } from './dtypes';
import { largestDistance } from './distance';
import { scanAll } from './scan';
import { squaresOf } from './squares';
import { countEach, moments } from './survey';

/** The kernels of the viewer and of compare, once each, with the type of the elements as a number. */

/** Codes of stored elements; `viewKernels.ts` knows the same numbers. */
const codeOfByte = 0;
const codeOfHalf = 1;
const codeOfFloat32 = 2;
const codeOfFloat64 = 3;
const codeOfI32 = 4;
const codeOfU32 = 5;
const codeOfI64 = 6;

export function countPatterns(width: i32, source: usize, count: i32, counters: usize): void {
  if (width == 1) return countEach<u8>(source, count, counters);
  countEach<u16>(source, count, counters);
}

export function addMoments(element: i32, source: usize, count: i32, state: usize, counters: usize): void {
  if (element == codeOfFloat32) return moments<f32>(source, count, state, counters);
  if (element == codeOfFloat64) return moments<f64>(source, count, state, counters);
  if (element == codeOfI32) return moments<i32>(source, count, state, counters);
  if (element == codeOfU32) return moments<u32>(source, count, state, counters);
  if (element == codeOfI64) return moments<i64>(source, count, state, counters);
  moments<u64>(source, count, state, counters);
}

export function addSquares(element: i32, source: usize, count: i32, columns: usize, table: usize): f64 {
  if (element == codeOfByte) return squaresOf<u8>(source, count, columns, table);
  if (element == codeOfHalf) return squaresOf<u16>(source, count, columns, table);
  if (element == codeOfFloat32) return squaresOf<f32>(source, count, columns, table);
  if (element == codeOfFloat64) return squaresOf<f64>(source, count, columns, table);
  if (element == codeOfI32) return squaresOf<i32>(source, count, columns, table);
  if (element == codeOfU32) return squaresOf<u32>(source, count, columns, table);
  if (element == codeOfI64) return squaresOf<i64>(source, count, columns, table);
  return squaresOf<u64>(source, count, columns, table);
}

export function addToCells(
  element: i32,
  source: usize,
  first: u32,
  count: u32,
  edges: usize,
  cell: u32,
  sums: usize,
  maxima: usize,
  table: usize,
): void {
  if (element == codeOfByte) return addCells<u8>(source, first, count, edges, cell, sums, maxima, table);
  if (element == codeOfHalf) return addCells<u16>(source, first, count, edges, cell, sums, maxima, table);
  if (element == codeOfFloat32) return addCells<f32>(source, first, count, edges, cell, sums, maxima, table);
  if (element == codeOfFloat64) return addCells<f64>(source, first, count, edges, cell, sums, maxima, table);
  if (element == codeOfI32) return addCells<i32>(source, first, count, edges, cell, sums, maxima, table);
  if (element == codeOfU32) return addCells<u32>(source, first, count, edges, cell, sums, maxima, table);
  if (element == codeOfI64) return addCells<i64>(source, first, count, edges, cell, sums, maxima, table);
  addCells<u64>(source, first, count, edges, cell, sums, maxima, table);
}

export function distance(dtype: i32, before: usize, after: usize, count: i32): f64 {
  if (dtype == codeOfBF16) return largestDistance<i16>(before, after, count, 0x7f80);
  if (dtype == codeOfF16) return largestDistance<i16>(before, after, count, 0x7c00);
  if (dtype == codeOfF32) return largestDistance<i32>(before, after, count, 0x7f800000);
  return largestDistance<i64>(before, after, count, 0x7ff0000000000000);
}

/** The last four numbers: without the sign, the smallest normal one, the largest finite one, infinity. E4M3 has none. */
export function scanMatrix(
  dtype: i32,
  source: usize,
  rows: i32,
  columns: i32,
  row: i32,
  alive: usize,
  state: usize,
): void {
  if (dtype == codeOfBF16)
    return scanAll<i16>(source, rows, columns, row, alive, state, 0x7fff, 0x80, 0x7f7f, 0x7f80);
  if (dtype == codeOfF16)
    return scanAll<i16>(source, rows, columns, row, alive, state, 0x7fff, 0x400, 0x7bff, 0x7c00);
  if (dtype == codeOfF32)
    return scanAll<i32>(source, rows, columns, row, alive, state, 0x7fffffff, 0x800000, 0x7f7fffff, 0x7f800000);
  if (dtype == codeOfE4M3)
    return scanAll<i8>(source, rows, columns, row, alive, state, 0x7f, 0x08, 0x7e, -1);
  if (dtype == codeOfE5M2)
    return scanAll<i8>(source, rows, columns, row, alive, state, 0x7f, 0x04, 0x7b, 0x7c);
  const magnitude: i64 = 0x7fffffffffffffff;
  const normal: i64 = 0x0010000000000000;
  const infinity: i64 = 0x7ff0000000000000;
  scanAll<i64>(source, rows, columns, row, alive, state, magnitude, normal, infinity - 1, infinity);
}
