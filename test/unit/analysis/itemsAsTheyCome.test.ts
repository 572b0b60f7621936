import { expect, test } from 'vitest';
import { itemsAsTheyCome } from '../../../server/analysis/itemsAsTheyCome.ts';
import type { Job, Statistics } from '../../../server/work/job.ts';
import { emptyStatistics, mergeStatistics } from '../../../server/work/statistics.ts';
import { unitsOf } from '../../../server/work/units.ts';

/** Measurements, the first of them of many units. */
const job: Job = {
  inputs: ['/a'],
  outputs: [],
  items: [4_000_000, 10, 0].map((columns, index) => ({
    kind: 'steer',
    name: `t${index}`,
    rows: 8,
    columns,
    source: { file: 0, offset: 0, dtype: 'F32' },
    fixed: [],
    moving: [],
    dtype: 'F32',
    places: [],
  })),
};

const units = unitsOf(job);
const part = (number: number): Statistics => ({
  ...emptyStatistics(0),
  elements: number + 1,
  sourceSquares: 0.1 ** number,
});

test('an item comes once, when the last of its units does, with the sums in the order of its units', () => {
  expect(units.filter(({ item }) => item === 0).length).toBeGreaterThan(2);
  const came: [number, Statistics][] = [];
  const onUnit = itemsAsTheyCome(job, (item, statistics) => void came.push([item, statistics]));
  const numbers = [...units.keys()].toReversed();
  for (const number of numbers) {
    onUnit(number, part(number));
    onUnit(number, part(number)); // Told twice, counted once.
  }
  const whole = (item: number) =>
    [...units.entries()]
      .filter(([, unit]) => unit.item === item)
      .map(([number]) => part(number))
      .reduce(mergeStatistics);
  expect(came).toEqual([
    [1, whole(1)],
    [0, whole(0)],
  ]);
});
