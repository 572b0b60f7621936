import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseRecipe } from '../../../server/recipes/parseRecipe.ts';
import type { Recipe } from '../../../server/recipes/recipe.ts';
import { root } from '../../support/steer.ts';

const sides = 'positive: a\nnegative: b\n';

function read(text: string, path = '/work/honest.steer.yaml'): Recipe {
  const { recipe, diagnostics } = parseRecipe(text, { path });
  expect(diagnostics).toEqual([]);
  return recipe!;
}

describe('a recipe', () => {
  test('of two lines has defaults for everything else', () => {
    const everything = {
      selection: { modules: undefined, include: undefined, exclude: undefined, layers: undefined },
      schedule: undefined,
    };
    const source = {
      kind: 'contrast',
      positive: { text: 'a', model: 'a' },
      negative: { text: 'b', model: 'b' },
    };
    expect(read(sides)).toEqual({
      name: 'honest',
      folder: resolve('/work'),
      base: undefined,
      target: undefined,
      directions: [{ name: 'honest', source, strength: 1, ...everything }],
      several: false,
      strengths: [1],
      vocabulary: 'refuse',
      ...everything,
      output: {
        path: undefined,
        format: 'auto',
        dtype: 'source',
        rounding: 'nearest',
        seed: 0,
        maxShardSize: undefined,
      },
    });
  });

  test('of every key says what the keys say', () => {
    const recipe = read(
      `
version: 1
name: full
base: models/base@v2
positive: org/pos@main+adapters/p
negative: base
target: { model: odd+name, revision: r@1, adapter: x+y }
strength: [-1, 0.5]
modules: [mlp]
include: ["*"]
exclude: ["*.0.*"]
layers: [4-20, 22]
schedule: { layers: [0, 1], others: 0.5 }
output: { path: "o/{name}", format: checkpoint, dtype: float16, rounding: stochastic, seed: 7, max_shard_size: 2GiB }
`.replace('o/{name}', 'o/{name}-{strength}'),
    );
    expect(recipe).toMatchObject({
      name: 'full',
      base: { text: 'models/base@v2', model: 'models/base', revision: 'v2' },
      target: { text: 'odd+name@r@1+x+y', model: 'odd+name', revision: 'r@1', adapter: 'x+y' },
      strengths: [-1, 0.5],
      selection: {
        modules: ['mlp'],
        include: ['*'],
        exclude: ['*.0.*'],
        layers: [
          { first: 4, last: 20 },
          { first: 22, last: 22 },
        ],
      },
      schedule: { layers: [0, 1], others: 0.5 },
      output: {
        format: 'checkpoint',
        dtype: 'float16',
        rounding: 'stochastic',
        seed: 7,
        maxShardSize: 2 ** 31,
      },
    });
    expect(recipe.directions[0]?.source).toEqual({
      kind: 'contrast',
      positive: {
        text: 'org/pos@main+adapters/p',
        model: 'org/pos',
        revision: 'main',
        adapter: 'adapters/p',
      },
      negative: { text: 'base', model: 'base' },
    });
  });

  test('of several directions keeps what belongs to each, and to all', () => {
    const recipe = read(`
directions:
  - { name: honest, positive: p, negative: n, strength: 1.5, modules: [mlp] }
  - { path: directions/refusal, strength: -0.5, layers: 8-16, schedule: [2] }
strength: 3
layers: 2-
`);
    expect(recipe.several).toBe(true);
    expect(recipe.strengths).toEqual([3]);
    expect(recipe.selection.layers).toEqual([{ first: 2, last: undefined }]);
    expect(recipe.directions).toMatchObject([
      { name: 'honest', strength: 1.5, selection: { modules: ['mlp'], layers: undefined } },
      {
        name: 'refusal',
        source: { kind: 'stored', path: 'directions/refusal' },
        strength: -0.5,
        selection: { layers: [{ first: 8, last: 16 }] },
        schedule: { layers: [2], others: 1 },
      },
    ]);
  });

  test.each([
    ['/w/honest.steer.yaml', 'honest'],
    ['/w/honest.steer.yml', 'honest'],
    ['/w/Honest.STEER.YAML', 'Honest'],
    ['/w/honest.yaml', 'honest'],
    ['/w/a.b.steer.yaml', 'a.b'],
    ['/w/.steer.yaml', 'recipe'],
    ['Untitled-1', 'Untitled-1'],
  ])('in %s is called %s unless it says otherwise', (path, name) => {
    expect(read(sides, path).name).toBe(name);
    expect(read(`${sides}name: other\n`, path).name).toBe('other');
  });

  test.each([
    ['positive: adapters/honest', 'honest'],
    ['positive: base+adapters/honest', 'honest'],
    ['positive: org/model@main', 'model'],
    ['positive: "C:\\\\adapters\\\\honest"', 'direction'],
  ])('names a direction after %s', (positive, name) => {
    const recipe = read(`directions:\n  - ${positive}\n    negative: b\n`);
    expect(recipe.directions[0]?.name).toBe(name);
  });

  test.each([
    ['5GB', 5e9],
    ['500 MB', 5e8],
    ['2GiB', 2 ** 31],
    ['1.5kb', 1500],
    ['"7 b"', 7],
    ['1000', 1000],
    ['9.99', 9],
  ])('reads %s as %d bytes', (size, bytes) => {
    expect(read(`${sides}output: { max_shard_size: ${size} }\n`).output.maxShardSize).toBe(bytes);
  });

  test.each(['honest', 'repair', 'too-far'])(
    'of the demo family, %s, has nothing wrong with it',
    async (name) => {
      const path = join(root, `media/demo/${name}.steer.yaml`);
      expect(read(await readFile(path, 'utf8'), path)).toMatchObject({ name, several: false });
    },
  );
});
