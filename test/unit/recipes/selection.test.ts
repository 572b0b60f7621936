import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Place } from '../../../server/models/place.ts';
import { toLayerRange } from '../../../server/recipes/layers.ts';
import { parseRecipe } from '../../../server/recipes/parseRecipe.ts';
import { factorOf } from '../../../server/recipes/schedule.ts';
import { selects } from '../../../server/recipes/selection.ts';

const down = 'model.layers.7.mlp.down_proj.weight';
const places: Readonly<Record<string, Place>> = {
  [down]: { layer: 7, module: 'down_proj', group: 'mlp' },
  'model.layers.0.self_attn.q_proj.weight': { layer: 0, module: 'q_proj', group: 'attention' },
  'model.embed_tokens.weight': { layer: undefined, module: 'embed_tokens', group: 'embeddings' },
  'model.norm.weight': { layer: undefined, module: 'norm', group: 'norms' },
};

/** The last parts of the names that a recipe with these lines selects. */
function selected(lines: string): string[] {
  const { recipe, diagnostics } = parseRecipe(`positive: a\nnegative: b\n${lines}\n`, {
    path: '/x.steer.yaml',
  });
  expect(diagnostics).toEqual([]);
  const chosen = Object.entries(places).filter(([name, place]) => selects(recipe!.selection, name, place));
  return chosen.map(([, { module }]) => module);
}

const over = (count: number, anchors: readonly number[], others = 1) =>
  Array.from({ length: count }, (_, layer) => factorOf({ layers: anchors, others }, layer, count));

describe('a selection', () => {
  test.each([
    ['', ['down_proj', 'q_proj', 'embed_tokens', 'norm']],
    ['modules: [mlp]', ['down_proj']],
    ['modules: [attention, norms]', ['q_proj', 'norm']],
    ['modules: [q_proj, embeddings]', ['q_proj', 'embed_tokens']],
    ['modules: [MLP]', []],
    ['include: ["*.mlp.*"]', ['down_proj']],
    ['include: ["*.mlp.*", "*norm*"]', ['down_proj', 'norm']],
    ['include: ["mlp"]', []],
    ['exclude: ["*.7.*"]', ['q_proj', 'embed_tokens', 'norm']],
    ['include: ["*"]\nexclude: ["*"]', []],
    ['include: ["model.?orm.weight"]', ['norm']],
    ['layers: 7', ['down_proj', 'embed_tokens', 'norm']],
    ['layers: 1-7', ['down_proj', 'embed_tokens', 'norm']],
    ['layers: 8-', ['embed_tokens', 'norm']],
    ['layers: -6', ['q_proj', 'embed_tokens', 'norm']],
    ['layers: [0, "7-9"]', ['down_proj', 'q_proj', 'embed_tokens', 'norm']],
    ['layers: 0\nmodules: [attention, mlp]', ['q_proj']],
  ])('%j keeps %j', (lines, modules) => {
    expect(selected(lines)).toEqual(modules);
  });
});

describe('layers', () => {
  test.each([
    [4, 4, 4],
    ['4', 4, 4],
    ['4-20', 4, 20],
    ['4-', 4, undefined],
    ['-20', 0, 20],
    [-20, 0, 20],
    [0, 0, 0],
    ['3-3', 3, 3],
    [' 4-20 ', 4, 20],
    ['007', 7, 7],
  ])('%j run from %d to %d', (written, first, last) => {
    expect(toLayerRange(written)).toEqual({ first, last });
  });

  test.each(['4-20', '[4, 6-8]', '-20', '4-', '"4"', '[0]'])('%s is written without complaint', (written) => {
    expect(() => selected(`layers: ${written}`)).not.toThrow();
  });

  test.each([
    '""',
    '"-"',
    '4--6',
    '4 - 6',
    '4,6',
    '1e9999',
    '-4-6',
    '٤',
    '12345678901',
    '"4-20-"',
    '{first: 1}',
    'true',
  ])('%s is refused', (written) => {
    const { recipe } = parseRecipe(`positive: a\nnegative: b\nlayers: ${written}\n`, {
      path: '/x.steer.yaml',
    });
    expect(recipe).toBeUndefined();
  });
});

describe('a schedule', () => {
  test.each([
    [5, [0.5], [0.5, 0.5, 0.5, 0.5, 0.5]],
    [5, [0, 1], [0, 0.25, 0.5, 0.75, 1]],
    [5, [0, 1, 0], [0, 0.5, 1, 0.5, 0]],
    [4, [1, 2, 3, 4], [1, 2, 3, 4]],
    [3, [0, 1, 2, 3, 4], [0, 2, 4]],
    [2, [0.1, 9, 0.3], [0.1, 0.3]],
    [1, [0.7, 9], [0.7]],
    [4, [-1, 2], [-1, 0, 1, 2]],
  ])('over %d layers with anchors %j is %j', (count, anchors, factors) => {
    expect(over(count, anchors)).toEqual(factors);
  });

  test('gives tensors outside layers the factor of the others', () => {
    expect(factorOf({ layers: [0, 1], others: 0.5 }, undefined, 8)).toBe(0.5);
    expect(factorOf(undefined, undefined, 8)).toBe(1);
    expect(factorOf(undefined, 3, 8)).toBe(1);
  });

  test.each([
    ['[0.5, 1]', { layers: [0.5, 1], others: 1 }],
    ['{layers: [0.5, 1], others: 0}', { layers: [0.5, 1], others: 0 }],
    ['{layers: [2]}', { layers: [2], others: 1 }],
  ])('is written as %s', (written, schedule) => {
    const { recipe } = parseRecipe(`positive: a\nnegative: b\nschedule: ${written}\n`, {
      path: '/x.steer.yaml',
    });
    expect(recipe?.schedule).toEqual(schedule);
  });

  test('meets its first and last anchor, and stays between the anchors', () => {
    const number = fc.double({ noNaN: true, min: -1e6, max: 1e6 });
    const anchors = fc.array(number, { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(anchors, fc.integer({ min: 2, max: 130 }), (anchors, count) => {
        const factors = over(count, anchors);
        expect(factors[0]).toBe(anchors[0]);
        expect(factors.at(-1)).toBe(anchors.at(-1));
        const slack = 1e-9 * Math.max(...anchors.map(Math.abs));
        expect(Math.min(...factors)).toBeGreaterThanOrEqual(Math.min(...anchors) - slack);
        expect(Math.max(...factors)).toBeLessThanOrEqual(Math.max(...anchors) + slack);
      }),
    );
  });

  test('with an anchor for each layer is those anchors, bit for bit', () => {
    const anchors = fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), {
      minLength: 1,
      maxLength: 130,
    });
    fc.assert(
      fc.property(anchors, (anchors) => {
        expect(over(anchors.length, anchors)).toEqual(anchors);
      }),
    );
  });
});
