import { bytes, decade } from '#protocol/figures.ts';
import { describe, expect, test } from 'vitest';
import { counted, duration, grouped, percent, significant } from '../../server/numbers.ts';

test.each([
  [0, '0'],
  [-0, '0'],
  [0.5, '0.500'],
  [12.345, '12.3'],
  [999.4, '999'],
  [999.6, '1,000'],
  [1234.5, '1,235'],
  [-4_567_890, '-4,567,890'],
  [0.001, '0.00100'],
  [0.0009999, '1.00e-3'],
  [1.5e-45, '1.50e-45'],
  [2e12, '2.00e+12'],
  [null, '–'],
  [Infinity, '–'],
])('%s is shown as %s', (value, shown) => {
  expect(significant(value)).toBe(shown);
});

test.each([
  [0, '0 %'],
  [1, '100 %'],
  [0.998, '99.8 %'],
  [0.9997, '99.97 %'],
  [1.0003, '100.03 %'],
  [0.5, '50.0 %'],
  [1.2, '120 %'],
  [null, '–'],
])('the share %s is %s', (share, shown) => {
  expect(percent(share)).toBe(shown);
});

describe('units', () => {
  test.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1.00 kB'],
    [999_400, '999 kB'],
    [999_600, '1.00 MB'],
    [2_021_120, '2.02 MB'],
    [7.8e9, '7.80 GB'],
    [1.2e16, '12.0 PB'],
  ])('%d bytes are %s', (count, shown) => {
    expect(bytes(count)).toBe(shown);
  });

  test.each([
    [0.04, '0.0 s'],
    [9.94, '9.9 s'],
    [9.96, '10 s'],
    [59.4, '59 s'],
    [59.6, '1 min 0 s'],
    [200, '3 min 20 s'],
    [3900, '1 h 5 min'],
  ])('%d seconds are %s', (seconds, shown) => {
    expect(duration(seconds)).toBe(shown);
  });

  test('thousands are kept apart, and one is no plural', () => {
    expect([grouped(1), grouped(1000), grouped(1_009_280)]).toEqual(['1', '1,000', '1,009,280']);
    expect([counted(0, 'tensor'), counted(1, 'tensor'), counted(1200, 'tensor')]).toEqual([
      '0 tensors',
      '1 tensor',
      '1,200 tensors',
    ]);
  });
});

test.each([
  [1, '1'],
  [10 ** -2, '0.01'],
  [0.1 * 10 ** -2, '0.001'],
  [1e-4 * (1 + 1e-15), '1e−4'],
  [5000, '5000'],
  [1e5, '1e5'],
])('%d beside a logarithmic axis is %s', (value, shown) => {
  expect(decade(value)).toBe(shown);
});
