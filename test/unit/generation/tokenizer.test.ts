import { join } from 'node:path';
import { expect, test } from 'vitest';
import { TextTokenizer } from '../../../server/generation/tokenizers/textTokenizer.ts';
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

const bpe = { type: 'BPE', vocab: { a: 0, b: 1, ab: 2 }, merges: ['a b'] };
const plain = { model: bpe, added_tokens: [], decoder: { type: 'Fuse' } };

test('a file without the newer fields, and merges as strings', () => {
  const { model, ...rest } = plain;
  const { type: _, ...untyped } = model;
  const found = new TextTokenizer('/t', { ...rest, model: untyped }).encode('abba');
  expect(found.ids).toEqual([2, 1, 0]);
});

test.each([
  [{ model: { type: 'WordPiece', vocab: {} } }, 'a model of the kind WordPiece'],
  [{ model: { ...bpe, end_of_word_suffix: '</w>' } }, 'the field end_of_word_suffix'],
  [{ model: { ...bpe, dropout: 0.1 } }, 'dropout'],
  [{ model: { ...bpe, byte_fallback: true } }, 'byte fallback without a token for every byte'],
  [{ normalizer: { type: 'Precompiled' } }, 'the normalizer Precompiled'],
  [{ normalizer: { type: 'Sequence', normalizers: [{ type: 'Nmt' }] } }, 'the normalizer Nmt'],
  [{ pre_tokenizer: { type: 'BertPreTokenizer' } }, 'the pre-tokenizer BertPreTokenizer'],
  [{ pre_tokenizer: { type: 'Split', pattern: { Regex: '(?<x' } } }, 'the regular expression "(?<x"'],
  [
    { pre_tokenizer: { type: 'Split', pattern: { String: ' ' }, behavior: 'Dropped' } },
    'the behavior "Dropped"',
  ],
  [{ decoder: { type: 'CTC' } }, 'the decoder CTC'],
  [{ post_processor: { type: 'RobertaProcessing' } }, 'the post-processor RobertaProcessing'],
])('%j is refused by name', (changes, why) => {
  expect(() => new TextTokenizer('/t', { ...plain, ...changes })).toThrow(
    expect.objectContaining({ code: 'unsupported-format', message: expect.stringContaining(why) }),
  );
});

test.each([
  [{ model: { ...bpe, vocab: { a: -1 } } }, 'no whole number for "a"'],
  [{ model: { ...bpe, merges: ['a c'] } }, 'a merge 0 of what are no tokens'],
  [{ model: { type: 'Unigram', vocab: [['a']] } }, 'no text and score for the token 0'],
  [{ model: { type: 'Unigram', unk_id: 3, vocab: [['a', 0]] } }, 'an unk_id that is no token'],
  [{ normalizer: [] }, 'a normalizer that is no object'],
])('%j is no tokenizer', (changes, why) => {
  expect(() => new TextTokenizer('/t', { ...plain, ...changes })).toThrow(
    expect.objectContaining({ code: 'invalid-config', message: expect.stringContaining(why) }),
  );
});
