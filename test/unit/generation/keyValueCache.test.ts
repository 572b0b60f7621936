import { expect, test } from 'vitest';
import { KeyValueCache } from '../../../server/generation/keyValueCache.ts';

/** Of token t, row r: one head of two numbers. */
const numbers = (tokens: readonly number[], rows: readonly number[]) =>
  tokens.flatMap((token) => rows.flatMap((row) => [100 * row + token, 100 * row + token + 0.5]));
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => from + index);

test('tokens come behind each other, beyond the room that was made first', () => {
  const cache = new KeyValueCache(2, [1, 2]);
  expect(cache.tensor().shape).toEqual([0, 2, 1, 2]);
  cache.add(Float32Array.from(numbers(range(0, 3), [0, 1])));
  for (const token of range(3, 600)) cache.add(Float32Array.from(numbers([token], [0, 1])));
  const { data, shape } = cache.tensor();
  expect(shape).toEqual([600, 2, 1, 2]);
  expect([...data]).toEqual(numbers(range(0, 600), [0, 1]));
});

test('rows are left out, exchanged and doubled, and grow on', () => {
  const cache = new KeyValueCache(3, [1, 2]);
  cache.add(Float32Array.from(numbers(range(0, 4), [0, 1, 2])));
  cache.select([2, 0, 2]);
  cache.add(Float32Array.from(numbers([4], [2, 0, 2])));
  expect([...cache.tensor().data]).toEqual(numbers(range(0, 5), [2, 0, 2]));
  cache.select([1]);
  expect(cache.tensor().shape).toEqual([5, 1, 1, 2]);
  expect([...cache.tensor().data]).toEqual(numbers(range(0, 5), [0]));
});
