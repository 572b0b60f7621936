import { expect, test } from 'vitest';
import { fromRecord, toRecord } from '../../../server/steering/writing/statisticsRecord.ts';
import { emptyStatistics } from '../../../server/work/statistics.ts';

const throughJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

test('statistics come back from a journal as they were', () => {
  const statistics = new Map([
    [3, { ...emptyStatistics(2), elements: 5, maxAbs: 0.1, survival: { identical: 1, withinOneUlp: 2 } }],
    [7, { ...emptyStatistics(0), singularValues: Float64Array.of(2, 1e-300) }],
  ]);
  expect(fromRecord(throughJson(toRecord(statistics)))).toEqual(statistics);
});

test('sums that are not finite are NaN again', () => {
  const statistics = new Map([[0, { ...emptyStatistics(1), movingSquares: Infinity, product: NaN }]]);
  const [one] = fromRecord(throughJson(toRecord(statistics)))?.values() ?? [];
  expect(one).toMatchObject({ movingSquares: NaN, product: NaN });
});

test.each([null, 'text', {}, [1], [[1]], [['x', {}]], [[1, { places: 'none' }]], [[1, null]]])(
  'a record that is not ours (%j) is not believed',
  (record) => {
    expect(fromRecord(record)).toBeUndefined();
  },
);
