import { describe, expect, test } from 'vitest';
import { recipeRecord } from '../../../server/recipes/recipeRecord.ts';
import { recipeIn } from './family.ts';

const folder = '/home/someone/recipes';
const record = (data: object, base?: string) => recipeRecord(recipeIn(folder, data), { strength: 1.5, base });

describe('the record of a recipe', () => {
  test('is in the keys of the recipe language, with the one strength that was meant', () => {
    const data = {
      base: '/home/someone/models/base',
      positive: 'org/honest@v2',
      negative: 'base',
      target: 'base+adapters/task',
      strength: [-1, 1.5],
      modules: ['attention'],
      include: ['*.layers.*'],
      exclude: ['*norm*'],
      layers: ['0-3', '-2', 7, '9-'],
      schedule: [0.5, 1],
      remove: ['directions/other', { direction: '/home/me/adapters/odd', per: 'tensor' }],
      rank: 8,
      energy: 0.9,
      output: { path: 'out/{name}-{strength}', rounding: 'stochastic', seed: 7, max_shard_size: '1KB' },
    };
    expect(record(data, 'org/base')).toEqual({
      version: 1,
      name: 'test',
      base: 'org/base',
      positive: 'org/honest@v2',
      negative: 'base',
      target: 'base+adapters/task',
      strength: 1.5,
      modules: ['attention'],
      include: ['*.layers.*'],
      exclude: ['*norm*'],
      layers: ['0-3', '0-2', '7', '9-'],
      schedule: { layers: [0.5, 1], others: 1 },
      remove: ['directions/other', { direction: 'odd', per: 'tensor' }],
      rank: 8,
      energy: 0.9,
      output: { format: 'auto', dtype: 'source', rounding: 'stochastic', seed: 7, max_shard_size: 1000 },
    });
  });

  test('leaves out what was not said', () => {
    expect(Object.keys(record({ positive: 'a', negative: 'b' }))).toEqual([
      'version',
      'name',
      'positive',
      'negative',
      'strength',
      'output',
    ]);
  });

  test('keeps the directions of several, each with its own', () => {
    const directions = [
      { name: 'one', positive: 'a', negative: 'b', strength: 2, layers: 3 },
      { name: 'two', path: 'kept/two', schedule: [1, 0] },
    ];
    expect(record({ directions })['directions']).toEqual([
      { name: 'one', positive: 'a', negative: 'b', strength: 2, layers: ['3'] },
      { name: 'two', path: 'kept/two', strength: 1, schedule: { layers: [1, 0], others: 1 } },
    ]);
  });
});

const places = [
  '/home/someone/secret/model',
  '/home/someone/secret/model/',
  '~/secret/model',
  'C:\\Users\\someone\\secret\\model',
  'C:/Users/someone/secret/model',
  '\\\\server\\secret\\model',
  '//server/secret/model',
];

describe('never holds a place on this machine', () => {
  test.each(places)('%s', (path) => {
    const model = { model: path };
    const recipes = [
      { base: model, positive: model, negative: model, target: model },
      { base: model, positive: { ...model, revision: 'v1' }, negative: { model: 'x', adapter: path } },
      { directions: [{ name: 'd', path, strength: 1 }] },
      { positive: 'a', negative: 'b', output: { path: `${path}/{name}-{strength}` } },
    ];
    for (const data of recipes) {
      const text = JSON.stringify(record(data));
      expect(text).not.toMatch(/someone|secret|server|home|Users/);
      expect(/"(?:x\+)?model(?:@v1)?"/.test(text)).toBe(!('output' in data));
    }
  });
});

test('a folder elsewhere that is called base is not taken for the base', () => {
  const { positive, negative } = record({ positive: { model: '/x/base' }, negative: 'base' });
  expect([positive, negative]).toEqual(['./base', 'base']);
});

test.each<[what: string, data: object]>([
  [
    'a contrast',
    { base: 'b', positive: 'org/p@v1', negative: 'base', target: 'base+t', layers: ['2-', '-3', 4] },
  ],
  ['odd names', { positive: { model: 'a+b@c', revision: 'r+1' }, negative: { model: 'x', adapter: 'y@z' } }],
  ['absolute paths', { positive: '/p/q', negative: { model: '/a/b', adapter: '/c/d' } }],
  [
    'several',
    { directions: [{ name: 'd', path: 'p', strength: -2, schedule: { layers: [1, 2], others: 3 } }] },
  ],
  [
    'an output',
    { positive: 'a', negative: 'b', output: { format: 'adapter', max_shard_size: '5GB', dtype: 'float16' } },
  ],
])('is a recipe itself, whose record is the same: %s', (_, data) => {
  const first = record(data, 'b');
  expect(record(first, 'b')).toEqual(first);
});
