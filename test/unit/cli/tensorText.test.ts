import { expect, test } from 'vitest';
import type { TensorStatistics, ValueStatistics } from '#protocol/tensorView.ts';
import { histogramBars, magnitudeBars } from '../../../server/cli/histogramBars.ts';
import { plainStatistics } from '../../../server/cli/plainStatistics.ts';
import { tensorText } from '../../../server/cli/tensorText.ts';

const values: ValueStatistics = {
  finite: 9,
  nan: 1,
  positiveInfinite: 2,
  negativeInfinite: 0,
  zeros: 3,
  negativeZeros: 1,
  subnormal: 0,
  min: -0.5,
  max: 4,
  mean: 0.75,
  standardDeviation: 1.25,
  norm: 4.5,
  quantiles: Float64Array.of(-0.5, -0.5, -0.4, 0, 0.1, 1, 3, 4, 4),
  resolution: 2 ** -8,
  whole: null,
  central: { from: 0, to: 1, counts: Float64Array.of(1, 0, 8, 0), below: 2, above: 1 },
  magnitudes: { first: -2, negative: Float64Array.of(1, 0), positive: Float64Array.of(1, 4) },
  rows: { count: 2, perBin: 1, norms: Float64Array.of(1, 4.4), largest: Float64Array.of(1, 4.4) },
  columns: null,
};

const statistics: TensorStatistics = {
  name: 'w',
  dtype: 'F32',
  shape: [2, 6],
  elements: 12,
  values,
  byteCounts: null,
  unknown: null,
};

test('all that is known of a tensor, and bars', () => {
  expect(`\n${tensorText(statistics)}`).toMatchInlineSnapshot(`
    "
    w: F32 [2, 6], 12 elements

    value
    min                     -0.500
    max                       4.00
    mean                     0.750
    standard deviation        1.25
    norm                      4.50
    zeros               3 (25.0 %)
    negative zeros      1 (8.33 %)
    subnormal                    0
    NaN                 1 (8.33 %)
    infinite            2 (16.7 %)

    quantile (within 0.391 %)
    0.1 %                      -0.500
    1 %                        -0.500
    5 %                        -0.400
    25 %                            0
    50 %                        0.100
    75 %                         1.00
    95 %                         3.00
    99 %                         4.00
    99.9 %                       4.00

    norms of rows: 1.00 to 4.40

    from the 0.1 % to the 99.9 % quantile
        0  █████                                     1
    0.250                                            0
    0.500  ████████████████████████████████████████  8
    0.750                                            0
    2 below, 1 above

    magnitudes, from each power of two on
    2^-2  ████████████████████                      2
    2^-1  ████████████████████████████████████████  4"
  `);
});

test('bytes alone, with the reason', () => {
  const byteCounts = new Float64Array(256);
  byteCounts[7] = 8;
  const unknown = 'What the bits of F4 mean is not known here, so only bytes were counted.';
  const text = tensorText({ ...statistics, dtype: 'F4', values: null, byteCounts, unknown });
  expect(text).toBe(`w: F4 [2, 6], 12 elements\n${unknown} 8 B, 1 of 256 byte values occur.`);
});

test('many bins are drawn in twenty lines that lose nothing', () => {
  const counts = new Float64Array(200).fill(3);
  const lines = histogramBars({ from: -1, to: 1, counts, below: 0, above: 0 }).split('\n');
  expect(lines).toHaveLength(20);
  expect(lines.every((line) => line.endsWith('  30'))).toBe(true);
});

test('what is not nothing has a bar', () => {
  const bars = magnitudeBars({
    first: 0,
    negative: Float64Array.of(0, 1e9),
    positive: Float64Array.of(1, 0),
  });
  expect(bars.split('\n')[0]).toContain('▏');
});

test('as JSON, arrays are lists', () => {
  expect(
    JSON.parse(JSON.stringify(plainStatistics({ ...statistics, byteCounts: Float64Array.of(1, NaN) }))),
  ).toMatchObject({
    shape: [2, 6],
    byteCounts: [1, null],
    values: { rows: { norms: [1, 4.4] }, columns: null },
  });
});
