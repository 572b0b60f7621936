import { bytes, grouped, percent, significant } from '#protocol/figures.ts';
import { expect, test } from 'vitest';
import { duration, plain, roundPercent } from '../../../webview/numbers.ts';

test.each([
  [0, '0'],
  [0.5, '0.500'],
  [-0.0412, '−0.0412'],
  [12.34, '12.3'],
  [999.4, '999'],
  [4567.8, '4\u2009568'],
  [1.234e-5, '1.23e−5'],
  [-2e10, '−2.00e10'],
  [null, '–'],
  [Number.NaN, '–'],
])('%d has three significant digits: %s', (value, text) => expect(significant(value)).toBe(text));

test('shares are percentages, round ones without zeros that say nothing', () => {
  expect([0.019, 1, 0.00001, null].map(percent)).toEqual(['1.90 %', '100 %', '0.00100 %', '–']);
  expect([0.02, 0.0005, 1.2].map(roundPercent)).toEqual(['2 %', '0.05 %', '120 %']);
});

test('whole numbers have thin spaces between thousands, as decimals do before the point', () => {
  expect([0, 999, 1000, 1_234_567].map(grouped)).toEqual(['0', '999', '1\u2009000', '1\u2009234\u2009567']);
  expect([0.45, 4500, 1e-5].map(plain)).toEqual(['0.45', '4\u2009500', '1.00e−5']);
});

test('bytes count in thousands, times to the second while there are few', () => {
  expect([0, 999, 1000, 412_300_000, 2.5e12].map(bytes)).toEqual([
    '0 B',
    '999 B',
    '1.00 kB',
    '412 MB',
    '2.50 TB',
  ]);
  expect([0.2, 12.4, 200, 4000].map(duration)).toEqual(['1 s', '12 s', '3 min', '1 h 6 min']);
});
