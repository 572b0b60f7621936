import { assert, integer, nat, property } from 'fast-check';
import { expect, test } from 'vitest';
import type { Job, JobItem, SteerItem } from '../../../server/work/job.ts';
import { unitsOf } from '../../../server/work/units.ts';

const operand = { file: 0, offset: 0, dtype: 'BF16' } as const;
const place = { file: 0, offset: 0, strength: 1 };

test('cuts wide tensors by rows, and never inside a row', () => {
  expect(starts(steer(1000, 4096))).toEqual([
    [0, 256],
    [256, 256],
    [512, 256],
    [768, 232],
  ]);
  expect(starts(steer(3, 5_000_000))).toEqual([
    [0, 1],
    [1, 1],
    [2, 1],
  ]);
});

test.each([
  ['no rows', steer(0, 7)],
  ['no columns', steer(7, 0)],
  ['no bytes', copy(0)],
])('a tensor of %s has no units', (_, item) => {
  expect(starts(item)).toEqual([]);
});

test('units cover every row and byte once, in order', () => {
  assert(
    property(nat(5000), integer({ min: 1, max: 5000 }), nat(2 ** 26), (rows, columns, bytes) => {
      const units = unitsOf(job(steer(rows, columns), copy(bytes)));
      const ends = [0, 0];
      for (const { item, start, length } of units) {
        expect(start).toBe(ends[item]);
        expect(length).toBeGreaterThan(0);
        ends[item] = start + length;
      }
      expect(ends).toEqual([rows, bytes]);
    }),
  );
});

test('counts what is read once and written everywhere', () => {
  const dense = { kind: 'dense', scale: 1, operand: { ...operand, offset: 100 } } as const;
  const item: SteerItem = {
    ...steer(2, 3),
    source: operand,
    moving: [dense, { ...dense, scale: -1 }],
    survival: [operand, dense.operand],
    places: [place, place, place],
  };
  expect(unitsOf(job(item)).map(({ traffic }) => traffic)).toEqual([6 * (2 + 2) + 6 * 2 * 3]);
});

test('a low-rank unit reads its rows of the left factor, the first one the right factor too', () => {
  const left = { operand, rows: 4096, columns: 8, transposed: false };
  const right = { operand, rows: 8, columns: 1024, transposed: false };
  const item: SteerItem = {
    ...steer(4096, 1024),
    moving: [{ kind: 'low-rank', scale: 1, rank: 8, left, right }],
    places: [],
  };
  const [first, second] = unitsOf(job(item));
  expect(second?.traffic).toBe(1024 * 8 * 2);
  expect(first?.traffic).toBe(1024 * 8 * 2 + 8 * 1024 * 2);
});

function steer(rows: number, columns: number): SteerItem {
  return { kind: 'steer', name: 'w', rows, columns, fixed: [], moving: [], dtype: 'BF16', places: [place] };
}

function copy(bytes: number): JobItem {
  return { kind: 'copy', name: 'c', source: { file: 0, offset: 0 }, bytes, places: [place] };
}

function job(...items: JobItem[]): Job {
  return { inputs: ['/in'], outputs: ['/out'], items };
}

function starts(item: JobItem): [number, number][] {
  return unitsOf(job(item)).map(({ start, length }) => [start, length]);
}
