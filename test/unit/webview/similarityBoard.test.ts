import { describe, expect, test } from 'vitest';
import { announcement, shareOf } from '../../../webview/similarity/asked.ts';
import { emptyBoard, isSamePair, toBoard, valueOf } from '../../../webview/similarity/board.ts';
import { spokenField } from '../../../webview/similarity/fieldText.ts';
import { rankedPairs } from '../../../webview/similarity/pairs.ts';
import { type PairRow, sortedPairs } from '../../../webview/similarity/sortedPairs.ts';
import { restoredState } from '../../../webview/similarity/viewState.ts';
import { sampleSimilarity, withSampleControls } from '../../support/similaritySamples.ts';

const result = sampleSimilarity(5);
const controlled = withSampleControls(result, ['sea', 'sky']);
const whole = { kind: 'all' } as const;

describe('the board', () => {
  test('has the subjects in either order, each pair on both sides of the diagonal', () => {
    const given = toBoard(result, whole, 'given');
    expect(given.rows[1]?.[0]).toMatchObject({
      names: ['subject-1', 'subject-0'],
      cosine: 0.5,
      hasFlag: true,
    });
    const clustered = toBoard(result, whole, 'clustered');
    expect(clustered.order).toEqual([4, 3, 2, 1, 0]);
    expect(clustered.rows[3]?.[4]).toEqual(given.rows[1]?.[0]);
  });

  test('has controls after the subjects, in standard deviations of the null, for the whole model only', () => {
    const { rows, controls } = toBoard(controlled, whole, 'given');
    expect(controls).toEqual(['sea', 'sky']);
    const cosine = controlled.withControls[2]?.[1] ?? Number.NaN;
    const { sigma } = controlled.null;
    expect(rows[2]?.[6]).toMatchObject({ names: ['subject-2', 'sky'], cosine, z: cosine / (sigma ?? 0) });
    const part = toBoard(controlled, { kind: 'withoutEmbeddings' }, 'given');
    expect(part.rows.map(({ length }) => length)).toEqual([5, 5, 5, 5, 5]);
  });

  test('a null without spread has no z for controls', () => {
    const flat = { ...controlled, null: { ...controlled.null, sigma: 0 } };
    expect(toBoard(flat, whole, 'given').rows[0]?.[5]?.z).toBe(null);
  });

  test('the empty board has the same fields, with nothing known', () => {
    const { rows, scale } = emptyBoard(result.names, ['sea', 'sky']);
    const filled = toBoard(controlled, whole, 'given').rows;
    expect(rows.map((row) => row.map(({ place }) => place))).toEqual(
      filled.map((row) => row.map(({ place }) => place)),
    );
    expect(rows.flat().every((field) => valueOf(field, scale) === null)).toBe(true);
  });

  test('a place is its mirror image, but not where controls have the same numbers', () => {
    const place = { row: 0, column: 1, isControl: false };
    expect(isSamePair(place, { row: 1, column: 0, isControl: false })).toBe(true);
    expect(isSamePair(place, { row: 0, column: 1, isControl: true })).toBe(false);
    const control = { row: 0, column: 1, isControl: true };
    expect(isSamePair(control, { row: 1, column: 0, isControl: true })).toBe(false);
  });
});

test('a field is said whole', () => {
  const { rows } = toBoard(controlled, whole, 'given');
  const spoken = (row: number, column: number) => {
    const field = rows[row]?.[column];
    return field && spokenField(field, true);
  };
  expect(spoken(0, 1)).toBe('subject-0 with subject-1, z 50.0, cosine 0.500, with a warning');
  expect(spoken(0, 0)).toBe('subject-0 with itself');
  expect(spoken(0, 4)).toBe('subject-0 with subject-4, not known');
  expect(spoken(0, 5)).toMatch(/^subject-0 with sea \(control\), z /);
});

test('the table sorts by each column, what is not known last either way', () => {
  const rows = rankedPairs(result, result.flags).map((pair, index): PairRow => ({
    ...pair,
    rank: index + 1,
    names: [`n${pair.a}`, `n${pair.b}`],
  }));
  for (const isDescending of [true, false]) {
    const sorted = sortedPairs(rows, { key: 'z', isDescending });
    expect(sorted.slice(-4).every(({ z }) => z === null)).toBe(true);
    const known = sorted.slice(0, 6).map(({ z }) => z ?? Number.NaN);
    expect(known).toEqual(known.toSorted((a, b) => (isDescending ? b - a : a - b)));
  }
  expect(sortedPairs(rows, { key: 'B', isDescending: true })[0]?.b).toBe(1);
});

describe('what is kept', () => {
  const params = { subjects: ['/a', '/b'] };
  const selected = { row: 0, column: 1, isControl: false };
  const state = {
    params,
    order: 'clustered',
    slice: { kind: 'module', module: 'q' },
    selected,
    isTable: true,
  };

  test('comes back for the same subjects, whatever they are held against', () => {
    const controlledParams = { ...params, controls: ['/c'] };
    expect(restoredState(state, controlledParams)).toEqual({ ...state, params: controlledParams });
  });

  test.each([[null], [{ ...state, params: { subjects: ['/x'] } }], [{ params, slice: 4, selected: 'x' }]])(
    'is forgotten where it is about others or not understood: %j',
    (saved) => {
      const fresh = { params, order: 'given', slice: whole, selected: undefined, isTable: false };
      expect(restoredState(saved, params)).toEqual(fresh);
    },
  );
});

const asked = (done: number) => ({
  answer: {
    phase: 'working',
    value: undefined,
    progress: { kind: 'state', done, total: 8 },
    failure: undefined,
    elapsed: 0,
    start: () => {},
    cancel: () => {},
  } as const,
  isStale: false,
  start: () => {},
});

test('the work is announced by its quarters', () => {
  expect([0, 1, 2, 3, 6].map((done) => announcement(asked(done)))).toEqual([
    'Opening',
    'Opening',
    '25 percent read',
    '25 percent read',
    '75 percent read',
  ]);
  expect(shareOf({ kind: 'state', done: 0, total: 0 })).toBe(null);
});
