import { describe, expect, test } from 'vitest';
import { bitsOf, bytesOf, elementCount, isDType, isFloat, storageOf } from '../../../server/tensors/dtype.ts';

describe('dtypes', () => {
  test.each([
    ['F64', [3], 24],
    ['C64', [3], 24],
    ['BF16', [2, 3], 12],
    ['BOOL', [], 1],
    ['F32', [], 4],
    ['F32', [0, 7], 0],
    ['F8_E8M0', [5], 5],
    ['F6_E3M2', [4], 3],
    ['F4', [2, 3], 3],
    ['F32', [100_000, 100_000], 4e10],
  ] as const)('%s %j takes %d bytes', (dtype, shape, bytes) => {
    expect(bytesOf(dtype, shape)).toBe(bytes);
  });

  test.each([
    ['F4', [3], /12 bits/],
    ['F6_E2M3', [2], /12 bits/],
    ['U8', [2 ** 53 - 1, 2], /64-bit/],
    ['U8', [2 ** 40, 2 ** 40, 0], /64-bit/],
    ['F64', [2 ** 50], /64-bit/],
  ] as const)('%s %j cannot be stored', (dtype, shape, problem) => {
    expect(storageOf(dtype, shape)).toMatch(problem);
    expect(() => bytesOf(dtype, shape)).toThrow(RangeError);
  });

  test('a zero makes any product that could be counted so far nothing', () => {
    expect(elementCount([2 ** 30, 2 ** 30, 0])).toBe(0);
  });

  test('only words of the format are dtypes', () => {
    expect(['F32', 'F4', 'f32', 'constructor', ''].map(isDType)).toEqual([true, true, false, false, false]);
    expect(bitsOf('F6_E2M3')).toBe(6);
  });

  test('arithmetic is done in four of them', () => {
    expect((['F64', 'F32', 'F16', 'BF16', 'I64', 'F8_E4M3'] as const).map(isFloat)).toEqual([
      true,
      true,
      true,
      true,
      false,
      false,
    ]);
  });
});
