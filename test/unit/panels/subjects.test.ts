import { isSubject } from '#protocol/analysis.ts';
import { describe, expect, test } from 'vitest';
import { planFiles } from '../../../extension/panels/planFiles.ts';
import { namesBeside, subjectFolder, subjectKey, subjectName } from '../../../extension/panels/subjects.ts';

const recipe = { kind: 'recipe', path: '/work/honest.steer.yaml' } as const;
const pair = { kind: 'pair', before: '/models/base', after: '/models/tuned' } as const;

test('a panel is named after what it is about', () => {
  expect(subjectName(recipe)).toBe('honest.steer.yaml');
  expect(subjectName(pair)).toBe('base → tuned');
  expect(subjectFolder(pair)).toBe('/models');
});

test('beside each other two of one name are told apart by their folders', () => {
  const runs = ['drifting', 'control'].map(
    (run) => ({ kind: 'model', path: `/work/runs/${run}/checkpoint-60` }) as const,
  );
  expect(namesBeside([recipe, ...runs, pair])).toEqual([
    'honest',
    'drifting/checkpoint-60',
    'control/checkpoint-60',
    'base → tuned',
  ]);
  expect(namesBeside(runs.slice(0, 1))).toEqual(['checkpoint-60']);
});

test('a pair the other way round is another subject', () => {
  const turned = { ...pair, before: pair.after, after: pair.before };
  expect(subjectKey(turned)).not.toBe(subjectKey(pair));
  expect(subjectKey({ ...recipe })).toBe(subjectKey(recipe));
});

describe('what a panel has saved', () => {
  test.each([recipe, pair, { kind: 'model', path: '/m' }])('is a subject: %j', (value) => {
    expect(isSubject(value)).toBe(true);
  });

  test.each([
    null,
    undefined,
    'recipe',
    {},
    { kind: 'recipe' },
    { kind: 'recipe', path: 1 },
    { kind: 'pair', before: '/a' },
    { kind: 'other', path: '/a' },
  ])('is none: %j', (value) => expect(isSubject(value)).toBe(false));
});

test('the files of a plan are found in its progress, and only there', () => {
  expect(planFiles({ kind: 'plan', files: ['/a', 1, '/b'] })).toEqual(['/a', '/b']);
  expect(planFiles({ kind: 'rows', tensors: [] })).toBeUndefined();
  expect(planFiles({ kind: 'plan' })).toBeUndefined();
  expect(planFiles(null)).toBeUndefined();
});
