import { expect, test } from 'vitest';
import { ColumnTokens, generatedColumn, repetition } from '../../../server/tasks/generatedColumn.ts';

const words = ['Ein ', 'M', '\ufffd', 'ä', 'dchen'];
/** 2 is half of a character, and makes one with the 2 behind it. */
const decoder = {
  decode: (ids: readonly number[]) =>
    ids
      .map((id) => words[id])
      .join('')
      .replaceAll('\ufffd\ufffd', 'ä'),
  id_to_token: () => undefined,
};

const token = (id: number, divergence?: number) => ({
  id,
  logprob: -1,
  top: [],
  ...(divergence !== undefined && { base: { logprob: -2 * divergence, top: [], divergence } }),
});

test('a text is what its tokens add to it, half a character with its other half', () => {
  const tokens = new ColumnTokens(decoder);
  const added = [0, 1, 2, 2, 4].map((id) => tokens.add(token(id)).text);
  expect(added).toEqual(['Ein ', 'M', '', 'ä', 'dchen']);
  expect(generatedColumn([1], tokens.end(), { finish: 'stop' })).toMatchObject({ text: 'Ein Mädchen' });
});

test('half a character at the end is with the last token', () => {
  const tokens = new ColumnTokens(decoder);
  for (const id of [1, 2]) tokens.add(token(id));
  expect(tokens.end().map(({ text }) => text)).toEqual(['M', '\ufffd']);
});

test('numbers are means over the tokens, and null where the base has read nothing', () => {
  const tokens = new ColumnTokens(decoder);
  for (const divergence of [0.5, 1.5]) tokens.add(token(1, divergence));
  const told = generatedColumn([1], tokens.end(), { finish: 'length' });
  expect(told).toMatchObject({ divergence: 1, baseLogprob: -2, finish: 'length' });
  const alone = generatedColumn([0], [], { finish: 'stop' });
  expect(alone).toMatchObject({ text: '', divergence: null, baseLogprob: null, repetition: 0 });
});

test.each([
  [[], 0],
  [[1, 1], 0],
  [[1, 2, 3, 4], 0],
  [[1, 1, 1, 1, 1], 2 / 3],
  [[1, 2, 3, 1, 2, 3, 1, 2, 3], 4 / 7],
])('of %j the share of runs that were there before is %d', (ids, due) => {
  expect(repetition(ids)).toBeCloseTo(due, 12);
});
