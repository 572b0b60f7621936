import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ServerError } from '../../../server/errors.ts';
import { parseRecipe } from '../../../server/recipes/parseRecipe.ts';
import type { Recipe } from '../../../server/recipes/recipe.ts';
import { formatStrength } from '../../../server/recipes/strength.ts';
import { parseStrengths, withStrengths } from '../../../server/recipes/strengths.ts';

const read = (text: string): Recipe => {
  const { recipe, diagnostics } = parseRecipe(text, { path: '/work/one.steer.yaml' });
  expect(diagnostics).toEqual([]);
  return recipe!;
};
const one = 'positive: a\nnegative: b\nstrength: [0.25, 4]\n';
const several = 'directions:\n  - { name: honest, path: h, strength: 2 }\n  - { name: refusal, path: r }\n';

const strengthened = (text: string, ...args: readonly string[]) => {
  const recipe = withStrengths(read(text), parseStrengths(args));
  return { top: recipe.strengths, each: recipe.directions.map(({ strength }) => strength) };
};

describe('--strength', () => {
  test.each([
    [['-1'], [-1]],
    [
      ['-1', '0.5'],
      [-1, 0.5],
    ],
    [['-1,0.5,1.5'], [-1, 0.5, 1.5]],
    [[' 1 , 2 '], [1, 2]],
    [
      ['+1', '.5', '5.', '1e-3', '-2E2'],
      [1, 0.5, 5, 0.001, -200],
    ],
    [['-2:2:0.5'], [-2, -1.5, -1, -0.5, 0, 0.5, 1, 1.5, 2]],
    [['0:1:0.1'], [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1]],
    [['2:1:-0.5'], [2, 1.5, 1]],
    [['0:1:0.3'], [0, 0.3, 0.6, 0.9]],
    [['1:1:1'], [1]],
    [['0:3e-3:1e-3'], [0, 0.001, 0.002, 0.003]],
    [['3,0:1:1'], [3, 0, 1]],
    [[], []],
  ])('%j is %j', (args, values) => {
    expect(parseStrengths(args)).toEqual({ values, overrides: new Map() });
  });

  test('takes strengths by name, also names with an equals sign and names of prototypes', () => {
    const { values, overrides } = parseStrengths(['honest=1.5, refusal = -0.5', 'a=b=2', '__proto__=3']);
    expect(values).toEqual([]);
    expect([...overrides]).toEqual([
      ['honest', 1.5],
      ['refusal', -0.5],
      ['a=b', 2],
      ['__proto__', 3],
    ]);
  });

  test.each([
    [['x'], /takes numbers, not "x"/],
    [[''], /takes numbers, not ""/],
    [['1,,2'], /takes numbers, not ""/],
    [['1..2'], /takes numbers/],
    [['0x10'], /takes numbers/],
    [['1_000'], /takes numbers/],
    [['Infinity'], /takes numbers, not "Infinity"/],
    [['NaN'], /takes numbers/],
    [['1e999'], /takes numbers/],
    [['honest=x'], /takes numbers, not "honest=x"/],
    [['=1'], /has no name before "=1"/],
    [['a=1', 'a=2'], /gives "a" two strengths/],
    [['0:1'], /takes ranges as FROM:TO:STEP/],
    [['0:1:1:1'], /takes ranges as FROM:TO:STEP/],
    [['0:x:1'], /takes numbers/],
    [['0:1:0'], /never gets from 0 to 1 in steps of 0/],
    [['0:1:-1'], /never gets from 0 to 1 in steps of -1/],
    [['0:1:1e-6'], /has 1000001 values/],
    [['0:1:1e-300'], /too many digits/],
    [['0:1e300:1'], /too many digits/],
    [['0:999:1', '1'], /has more than 1000 values/],
    [[`${'9'.repeat(100_000)}x`], /takes numbers/],
  ])('%j is refused', (args, message) => {
    const refusal = () => parseStrengths(args);
    expect(refusal).toThrow(ServerError);
    expect(refusal).toThrow(
      expect.objectContaining({ code: 'usage', message: expect.stringMatching(message) }),
    );
  });

  test('reads back every number that JavaScript writes', () => {
    const number = fc.double({ noNaN: true, noDefaultInfinity: true });
    fc.assert(
      fc.property(fc.array(number, { minLength: 1, maxLength: 5 }), (values) => {
        expect(parseStrengths([values.join(',')]).values).toEqual(values.map((value) => value + 0));
      }),
    );
  });

  test('steps through decimals without a rounding error', () => {
    const tenths = fc.integer({ min: -300, max: 300 });
    fc.assert(
      fc.property(tenths, fc.nat({ max: 300 }), (first, count) => {
        const { values } = parseStrengths([`${first / 10}:${(first + count) / 10}:0.1`]);
        expect(values).toEqual(Array.from({ length: count + 1 }, (_, index) => (first + index) / 10));
      }),
    );
  });
});

describe('withStrengths', () => {
  test('leaves the recipe its own where none are given', () => {
    expect(strengthened(one)).toEqual({ top: [0.25, 4], each: [1] });
    expect(strengthened(several)).toEqual({ top: [1], each: [2, 1] });
  });

  test('puts values in place of the top level', () => {
    expect(strengthened(one, '3', '5')).toEqual({ top: [3, 5], each: [1] });
    expect(strengthened(several, '3')).toEqual({ top: [3], each: [2, 1] });
  });

  test('sets directions by name, beside values for the whole', () => {
    expect(strengthened(several, 'refusal=-0.5', '2')).toEqual({ top: [2], each: [2, -0.5] });
  });

  test('takes the name of the only direction for the top level', () => {
    expect(strengthened(one, 'one=7')).toEqual({ top: [7], each: [1] });
  });

  test.each([
    [several, 'refussal=1', /no direction of this recipe; did you mean refusal\?/],
    [several, 'zzz=1', /its directions are honest, refusal/],
    [one, 'one=1,2', /gives the one direction its strength twice/],
  ])('refuses what the recipe has not (%#)', (text, argument, message) => {
    expect(() => strengthened(text, argument)).toThrow(message);
  });
});

describe('formatStrength', () => {
  test.each([
    [1.5, 'k1.5'],
    [-1, 'k-1'],
    [0.5, 'k0.5'],
    [0, 'k0'],
    [-0, 'k0'],
    [1e21, 'k1e21'],
    [1e-7, 'k1e-7'],
  ])('spells %d as %s', (strength, spelled) => {
    expect(formatStrength(strength)).toBe(spelled);
  });

  test('gives different numbers different spellings', () => {
    const number = fc.double({ noNaN: true, noDefaultInfinity: true });
    fc.assert(
      fc.property(number, number, (one, other) => {
        expect(formatStrength(one) === formatStrength(other)).toBe(one === other);
      }),
    );
  });
});
