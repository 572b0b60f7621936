import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { globProblem, matchesGlob } from '../../../server/recipes/glob.ts';

const name = 'model.layers.12.mlp.down_proj.weight';

describe('a glob', () => {
  test.each([
    [name, name],
    ['*', name],
    ['*', ''],
    ['**', name],
    ['*.mlp.*', name],
    ['model*weight', name],
    ['model.layers.??.mlp.*', name],
    ['*12*12*', 'a12b12c'],
    ['*a', 'aaa'],
    ['?', '😀'],
    ['a?c', 'a.c'],
    [String.raw`\*`, '*'],
    [String.raw`a\?b`, 'a?b'],
    [String.raw`\\`, '\\'],
    [String.raw`\a\b`, 'ab'],
    [String.raw`*\**`, 'x*y'],
    ['[a-z]', '[a-z]'],
    ['{a,b}', '{a,b}'],
    ['a\nb*', 'a\nb\nc'],
    ['__proto__', '__proto__'],
  ])('%j matches %j', (pattern, text) => {
    expect(matchesGlob(pattern, text)).toBe(true);
  });

  test.each([
    ['mlp', name],
    ['*.mlp', name],
    ['mlp.*', name],
    ['*.MLP.*', name],
    ['model.layers.?.mlp.*', name],
    ['?', ''],
    ['??', '😀'],
    ['a?', 'a'],
    ['*a', 'ab'],
    [String.raw`\*`, 'x'],
    [String.raw`a\?b`, 'axb'],
    ['[a-z]', 'a'],
    ['{a,b}', 'a'],
    ['a.c', 'abc'],
    ['', 'a'],
  ])('%j does not match %j', (pattern, text) => {
    expect(matchesGlob(pattern, text)).toBe(false);
  });

  test('of many stars is answered for a name that would keep a backtracking matcher for ever', () => {
    const text = 'a'.repeat(20_000);
    expect(matchesGlob(`${'*a'.repeat(200)}b`, text)).toBe(false);
    expect(matchesGlob(`${'*a'.repeat(200)}*`, text)).toBe(true);
  });

  test('matches what a regular expression made from it matches', () => {
    const unit = fc.constantFrom('a', 'b', '.', '*', '?', '\\', '😀', '\n', '[', '+');
    const pattern = fc.string({ unit, maxLength: 8 }).filter((pattern) => globProblem(pattern) === undefined);
    fc.assert(
      fc.property(pattern, fc.string({ unit, maxLength: 10 }), (pattern, text) => {
        expect(matchesGlob(pattern, text)).toBe(expressionOf(pattern).test(text));
      }),
      { numRuns: 3000 },
    );
  });

  test('with every special character escaped matches its own text and no other', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.string(), (text, other) => {
        const pattern = text.replaceAll(/[*?\\]/g, String.raw`\$&`);
        expect(matchesGlob(pattern, text)).toBe(true);
        expect(matchesGlob(pattern, other)).toBe(text === other);
      }),
    );
  });
});

describe('globProblem', () => {
  test.each(['', 'a\\', '\\', '\\\\\\'])('has something against %j', (pattern) => {
    expect(globProblem(pattern)).toMatch(/^(?:An empty pattern|The pattern ends in a backslash)/);
  });

  test.each(['*', '\\\\', 'a\\*', '[', 'a\nb'])('has nothing against %j', (pattern) => {
    expect(globProblem(pattern)).toBeUndefined();
  });
});

/** The other way to do it: what is not special is itself. */
function expressionOf(pattern: string): RegExp {
  const source = pattern.replaceAll(
    /\\(.)|([*?])|(.)/gsu,
    (_, escaped?: string, special?: string, plain?: string) => {
      if (special !== undefined) return special === '*' ? '[^]*' : '[^]';
      return `\\u{${(escaped ?? plain ?? '').codePointAt(0)?.toString(16)}}`;
    },
  );
  return new RegExp(`^${source}$`, 'u');
}
