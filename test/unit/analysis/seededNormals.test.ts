import { expect, test } from 'vitest';
import { fillNormals } from './seededNormals.ts';

function normals(count: number, seed: number, stream: number): Float64Array {
  const values = new Float64Array(count);
  fillNormals(values, seed, stream);
  return values;
}

test('a seed and a stream give the same values, whatever their number; others give others', () => {
  expect(normals(7, 3, 5)).toEqual(normals(8, 3, 5).subarray(0, 7));
  expect(normals(8, 3, 5)).not.toEqual(normals(8, 4, 5));
  expect(normals(8, 3, 5)).not.toEqual(normals(8, 3, 6));
});

test('the moments are those of the standard normal distribution', () => {
  const values = normals(200_000, 0, 0);
  const moment = (power: number) => values.reduce((sum, value) => sum + value ** power, 0) / values.length;
  expect(Math.abs(moment(1))).toBeLessThan(0.01);
  expect(Math.abs(moment(2) - 1)).toBeLessThan(0.015);
  expect(Math.abs(moment(3))).toBeLessThan(0.03);
  expect(Math.abs(moment(4) - 3)).toBeLessThan(0.12);
});

test('streams next to each other and seeds next to each other are not alike', () => {
  const one = normals(100_000, 0, 1);
  expect(Math.abs(cosineOfRuns(one, normals(100_000, 0, 2)))).toBeLessThan(0.015);
  expect(Math.abs(cosineOfRuns(one, normals(100_000, 1, 1)))).toBeLessThan(0.015);
});

function cosineOfRuns(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, index) => sum + value * (b[index] ?? 0), 0) / a.length;
}
