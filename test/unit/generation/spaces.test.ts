import { expect, test } from 'vitest';
import { endWithout } from '../../../server/generation/spaces.ts';
import { stripFunctions } from '../../../server/generation/pythonStrip.ts';
import { TextTokenizer } from '../../../server/generation/tokenizers/textTokenizer.ts';

test.each(['', ' ', 'a', 'a \u3000\n', ' a', '😀 ', '😀', 'a\ud83d ', 'a\udc00'])(
  'of %j the end is where a pattern finds it',
  (text) => {
    expect(endWithout(text)).toBe(text.search(/\p{White_Space}*$/u));
  },
);

test('characters beyond U+FFFF are stripped whole, as Python does', () => {
  expect(stripFunctions[' rstrip']?.('a😀😁', '😁')).toBe('a😀');
  expect(stripFunctions[' strip']?.('😀😀', '😀')).toBe('');
});

// From every space anew, a million of them would take an hour.
test('a million spaces inside a text are passed once', () => {
  const text = `${' '.repeat(1e6)}x`;
  expect(stripFunctions[' rstrip']?.(text)).toBe(text);
  const tokenizer = new TextTokenizer('/tokenizer.json', {
    model: { type: 'BPE', vocab: { x: 0, '<m>': 1, ' ': 2 }, merges: [] },
    normalizer: { type: 'Strip', strip_left: false },
    added_tokens: [{ id: 1, content: '<m>', lstrip: true, single_word: true, special: true }],
  });
  expect(tokenizer.encode(`${text} <m>`).ids.slice(-2)).toEqual([0, 1]);
  expect(tokenizer.encode('x<m>').ids).not.toContain(1);
  expect(tokenizer.encode('😀 <m>').ids.at(-1)).toBe(1);
});
