import { expect, test } from 'vitest';
import { applyChanges } from '../../../server/recipes/applyChanges.ts';
import { movedDirection } from '../../../server/recipes/movedDirection.ts';

const moved = (text: string) =>
  movedDirection({
    recipes: [{ path: '/work/r/x.steer.yaml', text }],
    from: '/work/old',
    to: '/work/new name',
  }).map(({ changes }) => applyChanges(text, changes));

test.each([
  [
    'directions:\n  - path: ../old # kept\n    strength: 2\n',
    'directions:\n  - path: "../new name" # kept\n    strength: 2\n',
  ],
  [
    'directions: [{ path: /work/old/ }, { path: ../other }]\n',
    'directions: [{ path: "/work/new name" }, { path: ../other }]\n',
  ],
])('%j follows', (text, expected) => {
  expect(moved(text)).toEqual([expected]);
});

test.each([
  'positive: ../old\nnegative: b\n',
  'directions:\n  - path: ../old/inside\n',
  'directions: 3\n',
  'not: [yaml\n',
])('%j stays', (text) => {
  expect(moved(text)).toEqual([]);
});
