import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openTokenizer } from '../../../server/generation/tokenizer.ts';
import { root } from '../../support/steer.ts';

const tokenizer = await openTokenizer(join(root, 'media/demo/base'), new AbortController().signal);

test.each([
  " it 's . n't",
  '  two  spaces ',
  '\ufeffmark\u0085next\u2028\u3000',
  'e\u0301 é 👩\u200d💻 中 \0 \ue000',
  '\r\n\t23',
])('%j comes back as it was', (text) => {
  expect(tokenizer.decode([...tokenizer.encode(text).ids])).toBe(text);
});

test('white space is what Unicode says, as in the tokenizers of Python', () => {
  // Ids of tokenizers 0.23: U+FEFF is no white space, U+0085 is.
  expect(tokenizer.encode('a\ufeff b\u0085 c').ids).toEqual([67, 174, 122, 126, 275, 129, 230, 272]);
});
