import { addCells } from './cells';
import { codeOfBF16, codeOfF16, codeOfF32 } from './dtypes';
import { largestDistance } from './distance';
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
