import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { tokenTexts } from '../../../server/models/tokenTexts.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const { signal } = new AbortController();
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => (folder = await temporaryFolder()));
afterAll(() => folder[Symbol.asyncDispose]());

test.each([
  ['an object of ids', { '▁Paris': 0, '▁': 1, a: 2 }],
  [
    'a list with scores',
    [
      ['▁Paris', -1],
      ['▁', -2],
      ['a', -3],
    ],
  ],
])('of a vocabulary that is %s have spaces that can be seen', async (_, vocab) => {
  expect(await texts({ model: { vocab }, decoder: { type: 'Metaspace' } })).toEqual(['·Paris', '·', 'a']);
});

test('in which letters are bytes are UTF-8, and bytes that are none are numbers', async () => {
  const vocab = { ĠParis: 0, 'Ã©': 1, 'æĹ¥': 2, æĹ: 3, Ċĉ: 4, Ãa: 5 };
  expect(await texts({ model: { vocab }, pre_tokenizer: { type: 'ByteLevel' } })).toEqual([
    '·Paris',
    'é',
    '日',
    String.raw`\xe6\x97`,
    '↵⇥',
    String.raw`\xc3a`,
  ]);
});

test('that were added have the text that they were added with', async () => {
  const added = [{ id: 1, content: '<|end of text|>' }, { id: 'x', content: 'no' }, null];
  const found = texts({ model: { vocab: { a: 0 } }, added_tokens: added, decoder: { type: 'ByteLevel' } });
  expect(await found).toEqual(['a', '<|end·of·text|>']);
});

test.each(['{', '[]', '"text"'])('are not known of %s', async (content) => {
  writeFileSync(join(folder.path, 'tokenizer.json'), content);
  expect(await tokenTexts(folder.path, signal)).toBeUndefined();
});

test('of odd names are names', async () => {
  writeFileSync(
    join(folder.path, 'tokenizer.json'),
    '{"model": {"vocab": {"__proto__": 3, "constructor": 1}}}',
  );
  expect([...(await tokenTexts(folder.path, signal))!]).toEqual([
    [3, '__proto__'],
    [1, 'constructor'],
  ]);
});

async function texts(tokenizer: object): Promise<readonly string[]> {
  writeFileSync(join(folder.path, 'tokenizer.json'), JSON.stringify(tokenizer));
  const found = [...(await tokenTexts(folder.path, signal))!];
  return found.toSorted(([one], [other]) => one - other).map(([, text]) => text);
}
