import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { toFullMatcher, toModulePatterns } from '../../../server/models/modulePatterns.ts';
import { parseJson } from '../../support/json.ts';
import { root } from '../../support/steer.ts';

/** Which texts Python's `(.*\.)?({pattern})$` matches, as ones and zeros; null where Python refuses the pattern. */
interface Reference {
  readonly texts: readonly string[];
  readonly patterns: readonly (readonly [pattern: string, matches: string | null])[];
}

const { texts, patterns } = parseJson<Reference>(
  readFileSync(join(root, 'test/fixtures/adapters/patterns.json'), 'utf8'),
);

const free = () => {};

describe('patterns of modules', () => {
  test('match what Python matches, or are refused', () => {
    const wrong = patterns.filter(([pattern, matches]) => ![matches, null].includes(found(pattern)));
    expect(wrong).toEqual([]);
  });

  test('are refused where Python refuses them', () => {
    expect(patterns.filter(([pattern, matches]) => matches === null && found(pattern) !== null)).toEqual([]);
  });

  test('are refused, where Python takes them, for look-around, back-references, flags and the like alone', () => {
    const refused = patterns.filter(([pattern, matches]) => matches !== null && found(pattern) === null);
    const allowed = /\(\?[=!<#>i]|\\[10]|[*+?}]\+|\(\^|\(\$|\(\\b/;
    expect(refused.filter(([pattern]) => !allowed.test(pattern))).toEqual([]);
    expect(refused.length).toBeLessThan(patterns.length / 20);
  });

  test('decide in the order of the file', () => {
    const found = toModulePatterns(
      [
        ['q_proj', 4],
        ['layers.0.*', 2],
        ['.*', 1],
      ],
      free,
    );
    if (typeof found === 'string') throw new Error(found);
    expect(found.find('model.layers.0.q_proj')).toMatchObject({ key: 'q_proj', value: 4 });
    expect(found.find('model.layers.0.k_proj')).toMatchObject({ key: 'layers.0.*', value: 2 });
    expect(found.find('model.layers.1.k_proj')).toMatchObject({ key: '.*', value: 1 });
  });

  test.each([
    ['(a+)+$', `${'a'.repeat(5000)}!`],
    ['(a|aa)*b', 'a'.repeat(5000)],
    ['(.*)*(.*)*(.*)*x', 'a'.repeat(5000)],
  ])('%s takes no longer than its length times that of the text', (pattern, text) => {
    let spent = 0;
    const matches = toFullMatcher(pattern, (amount) => (spent += amount));
    if (typeof matches === 'string') throw new Error(matches);
    expect(matches(text)).toBe(false);
    expect(spent).toBeLessThan(text.length * 400);
  });

  test.each([['((a{1000}){1000}){1000}'], ['('.repeat(51) + ')'.repeat(51)], ['a{1001}']])(
    '%s is too much',
    (pattern) => {
      expect(typeof toFullMatcher(pattern, free)).toBe('string');
    },
  );
});

function found(pattern: string): string | null {
  const patterns = toModulePatterns([[pattern, 1]], free);
  if (typeof patterns === 'string') return null;
  return texts.map((text) => (patterns.find(text) === undefined ? '0' : '1')).join('');
}
