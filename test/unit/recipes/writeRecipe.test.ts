import { resolve } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { outputPath, outputPaths } from '../../../server/recipes/outputPath.ts';
import { parseRecipe } from '../../../server/recipes/parseRecipe.ts';
import type { Recipe } from '../../../server/recipes/recipe.ts';
import { recipeText } from '../../../server/recipes/writeRecipe.ts';

const path = '/work/new.steer.yaml';

function read(text: string): Recipe {
  const { recipe, diagnostics } = parseRecipe(text, { path });
  expect(diagnostics).toEqual([]);
  return recipe!;
}

const recipe = (output: string, lines = '') =>
  read(`positive: a\nnegative: b\nname: honest\noutput: { path: ${output} }\n${lines}`);

describe('a written recipe', () => {
  test('reads as what was asked for', () => {
    const recipe = read(
      recipeText({
        name: 'honest',
        base: 'models/base',
        positive: 'a/honest',
        negative: 'base',
        target: 'base+task',
      }),
    );
    expect(recipe).toMatchObject({
      name: 'honest',
      base: { model: 'models/base' },
      target: { model: 'base', adapter: 'task' },
      strengths: [1],
      vocabulary: 'refuse',
      output: { path: 'out/{name}-{strength}', format: 'auto' },
    });
  });

  test('says in comments what is not known', () => {
    const text = recipeText({ name: 'x', positive: 'p', negative: 'n' });
    expect(read(text)).toMatchObject({ base: undefined, target: undefined });
    expect(text).toMatch(/^# base: PATH or ORG\/NAME$/m);
    expect(text).toMatch(/^# target: base\+ADAPTER$/m);
  });

  test('of a stored direction reads as what was asked for', () => {
    const direction = { name: 'refusal', path: '../directions/refusal: the 2nd' };
    const recipe = read(recipeText({ name: 'x', base: 'models/base', direction, target: 'base+task' }));
    expect(recipe).toMatchObject({
      several: true,
      directions: [{ name: 'refusal', strength: 1, source: { kind: 'stored', path: direction.path } }],
      target: { model: 'base', adapter: 'task' },
      strengths: [1],
      vocabulary: 'refuse',
    });
  });

  test('holds examples in its comments that are right when they are uncommented', () => {
    const text = recipeText({ name: 'x', positive: 'p', negative: 'n' });
    for (const line of ['modules', 'layers', 'schedule']) {
      expect(read(text.replace(`# ${line}:`, `${line}:`))).not.toEqual(read(text));
    }
  });

  test('keeps every reference and name, however odd', () => {
    const odd = fc.constantFrom(
      '@',
      '+',
      ':',
      '://',
      ' ',
      '#',
      '"',
      "'",
      '{',
      '\\',
      '\n',
      '%',
      '- ',
      'null',
      '12',
      '😀',
      '~',
      '\u2028',
      '\u00a0',
      '\0',
    );
    const part = fc.array(fc.oneof(odd, fc.string({ unit: 'grapheme', maxLength: 3 })), {
      minLength: 1,
      maxLength: 6,
    });
    const word = part.map((parts) => parts.join('')).filter((text) => text !== '');
    const optional = fc.option(word, { nil: undefined });
    const reference = fc.record({ model: word, revision: optional, adapter: optional });
    fc.assert(
      fc.property(reference, reference, (positive, negative) => {
        fc.pre(positive.model !== negative.model);
        const { directions, base } = read(recipeText({ name: 'x', positive, negative, base: negative }));
        const { source } = directions[0]!;
        expect(source.kind === 'contrast' && source.positive).toMatchObject(stated(positive));
        expect(base).toMatchObject(stated(negative));
      }),
    );
  });
});

/** Without the parts that are undefined. */
function stated(reference: object): object {
  return Object.fromEntries(Object.entries(reference).filter(([, value]) => value !== undefined));
}

describe('an output path', () => {
  test.each([
    ['"out/{name}-{strength}"', 1.5, '/work/out/honest-k1.5'],
    ['"{strength}"', -1, '/work/k-1'],
    ['"{strength}/{strength}"', 0.5, '/work/k0.5/k0.5'],
    ['../elsewhere', 1, '/elsewhere'],
    ['"/absolute/{name}"', 1, '/absolute/honest'],
    ['out', -0, '/work/out'],
  ])('of %s at %d is %s', (output, strength, expected) => {
    expect(outputPath(recipe(output), strength)).toBe(resolve(expected));
  });

  test('does not expand what a name brings', () => {
    expect(outputPath({ ...recipe('"{name}"'), name: '{strength}' }, 2)).toBe(resolve('/work/{strength}'));
  });

  test('is one for each strength, in their order', () => {
    expect(outputPaths(recipe('"o/{strength}"', 'strength: [2, -1]\n'))).toEqual([
      { strength: 2, path: resolve('/work/o/k2') },
      { strength: -1, path: resolve('/work/o/k-1') },
    ]);
  });

  test('that is none is asked for', () => {
    const none = read('positive: a\nnegative: b\n');
    expect(outputPath(none, 1)).toBeUndefined();
    expect(() => outputPaths(none)).toThrow(
      expect.objectContaining({ code: 'usage', message: expect.stringMatching(/give -o/) }),
    );
  });

  test.each([
    ['out', [1, 2], /the strengths 1 and 2 .* add \{strength\}/],
    ['"{strength}"', [1, 1], /the strength 1 is given twice$/],
    ['"x/../{strength}"', [0, -0], /the strength 0 is given twice$/],
  ])('%s cannot be that of the strengths %j', (output, strengths, message) => {
    const several = { ...recipe(output), strengths };
    const failure = { code: 'duplicate-output', message: expect.stringMatching(message) };
    expect(() => outputPaths(several)).toThrow(expect.objectContaining(failure));
  });
});
