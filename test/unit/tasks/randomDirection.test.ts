import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Direction, DirectionTensor, Term } from '../../../server/directions/term.ts';
import { hasRandom, randomDirection } from '../../../server/tasks/share/randomDirection.ts';
import { shareStrengths } from '../../../server/tasks/share/shareStrengths.ts';
import { firstDifference } from '../../../server/tasks/share/recordTexts.ts';
import { evaluateTerms } from '../../support/evaluateTerms.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const stored = (shape: readonly number[]) => ({
  name: 'unread',
  dtype: 'F32' as const,
  shape,
  file: '/unread',
  offset: 0,
  bytes: 0,
});

const factor = (shape: readonly number[]) => ({ tensor: stored(shape), transposed: false });

function lowRank(rows: number, columns: number, rank: number): Term {
  return { kind: 'low-rank', scale: 1, rank, left: factor([rows, rank]), right: factor([rank, columns]) };
}

function direction(tensors: readonly DirectionTensor[]): Direction {
  return { name: 'w', untied: false, tensors: new Map(tensors.map((tensor) => [tensor.name, tensor])) };
}

const w = direction([
  { name: 'q', shape: [40, 30], terms: [lowRank(40, 30, 4), lowRank(40, 30, 3)] },
  { name: 'wide', shape: [20, 50], terms: [{ kind: 'dense', scale: 1, tensor: stored([20, 50]) }] },
  { name: 'bias', shape: [33], terms: [{ kind: 'dense', scale: 1, tensor: stored([33]) }] },
  { name: 'still', shape: [8], terms: [{ kind: 'dense', scale: 0, tensor: stored([8]) }] },
]);
const norms = new Map([
  ['q', 3.25],
  ['wide', 1e-3],
  ['bias', 20],
  ['still', 0],
]);

async function made(path: string, seed: number) {
  writeFileSync(path, '');
  const { signal } = new AbortController();
  return await randomDirection(w, { norms, path, seed, signal });
}

test('it has the norm of w on every tensor, and its rank', async () => {
  await using folder = await temporaryFolder();
  const { tensors } = await made(join(folder.path, 'factors'), 1);
  expect([...tensors.keys()]).toEqual(['q', 'wide', 'bias']);
  for (const [name, { shape, terms }] of tensors) {
    const values = evaluateTerms(terms, shape[0]! * (shape[1] ?? 1));
    expect(Math.hypot(...values) / norms.get(name)!).toBeCloseTo(1, 6);
  }
  expect(tensors.get('q')!.terms).toMatchObject([{ kind: 'low-rank', rank: 7 }]);
  expect(tensors.get('wide')!.terms).toMatchObject([{ kind: 'low-rank', rank: 16 }]);
});

test('the same seed gives the same bytes, another seed others', async () => {
  await using folder = await temporaryFolder();
  const at = (name: string) => join(folder.path, name);
  for (const [name, seed] of [
    ['a', 1],
    ['b', 1],
    ['c', 2],
  ] as const)
    await made(at(name), seed);
  expect(readFileSync(at('b'))).toEqual(readFileSync(at('a')));
  expect(readFileSync(at('c'))).not.toEqual(readFileSync(at('a')));
});

test('stacks of experts have none', () => {
  expect(hasRandom(w)).toBe(true);
  expect(hasRandom(direction([{ name: 'e', shape: [2, 3, 4], terms: [] }]))).toBe(false);
});

test('strengths are in order, with 0 and those of the recipe', () => {
  expect(shareStrengths([], [1]).length).toBe(21);
  expect(shareStrengths([], [1.5, -3])).toEqual([
    -3,
    ...shareStrengths([], [1]).slice(0, 18),
    1.5,
    1.6,
    1.8,
    2,
  ]);
  expect(shareStrengths([2, -1, 2], [5])).toEqual([-1, 0, 2]);
  expect(Object.is(shareStrengths([-0], [1])[0], 0)).toBe(true);
});

test.each([
  [[1, 2, 3], [1, 2, 3], null],
  [[1, 2, 3], [1, 5, 3], 1],
  [[1, 2], [1, 2, 3], 2],
  [[], [], null],
])('%j and %j part at %j', (one, other, at) => {
  expect(firstDifference(one, other)).toBe(at);
});
