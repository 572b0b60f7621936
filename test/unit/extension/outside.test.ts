import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { outside } from '../../../extension/discovery/outside.ts';

const at = (...path: readonly string[]) => resolve(join('/', ...path));

test('folders are watched by themselves where nothing else holds them, each once', () => {
  const folders = [at('w', 'models'), at('a'), at('a', 'b'), at('a'), at('ab'), at('..a')];
  expect(outside(folders, [at('w')])).toEqual([at('a'), at('ab'), at('..a')]);
  expect(outside([at('w')], [at('w')])).toEqual([]);
});

test('and no more than sixteen of them', () => {
  const folders = Array.from({ length: 40 }, (_, index) => at(`models-${index}`));
  expect(outside(folders, [])).toEqual(folders.slice(0, 16));
});
