import { expect, test } from 'vitest';
import { withoutAtoms } from '../../../server/generation/tokenizers/atomicRegex.ts';

test.each([
  ['a++a', 'aaa', undefined],
  ['a+a', 'aaa', 'aaa'],
  ['a*+b|a', 'aab', 'aab'],
  ['[^b]?+b', 'ab', 'ab'],
  ['(?>x|xy)z', 'xyz', undefined],
  ['(?:x|xy)z', 'xyz', 'xyz'],
  ['(?>(?>a|ab)c|ab)d', 'abd', 'abd'],
  [String.raw`\p{L}++\d`, 'ab1', 'ab1'],
  [String.raw`\++\+`, '++', '++'],
  ['[]a*+]+b', ']*+b', ']*+b'],
  ['(?<=x)a++', 'xaa', 'aa'],
])('%s finds in %s what Oniguruma finds', (pattern, text, found) => {
  // In JavaScript a bracket that comes first has to be escaped, which the library does.
  const written = withoutAtoms(pattern).replace('[]', String.raw`[\]`);
  expect(new RegExp(written, 'u').exec(text)?.[0]).toBe(found);
});

test('a pattern without them stays as it is, and so does a class that looks like them', () => {
  for (const pattern of ['a+b*c?', '(?i:x)|[+*+]', String.raw`\*+`])
    expect(withoutAtoms(pattern)).toBe(pattern);
});
