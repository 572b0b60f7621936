import { join } from 'node:path';
import type { TokenizeResult } from '#protocol/results.ts';
import { expect, test } from 'vitest';
import { parseJson } from '../support/json.ts';
import { root, steer } from '../support/steer.ts';

const base = join(root, 'media/demo/base');

async function tokenize(...args: readonly string[]): Promise<TokenizeResult> {
  const { code, stdout } = await steer(['tokenize', base, ...args, '--json']);
  if (code !== 0) throw new Error(stdout);
  return parseJson<TokenizeResult>(stdout);
}

test('text as ids, tokens, and back', async () => {
  expect(await tokenize('The capital')).toEqual({
    ids: [321, 351],
    tokens: ['The', 'Ġcapital'],
    decoded: 'The capital',
  });
});

test("a message has the chat template's tokens, as transformers' apply_chat_template gives them", async () => {
  const { ids, decoded } = await tokenize('--system', 'Be brief.', '--message', ' Hi é\n');
  expect(ids).toEqual([
    1, 633, 201, 595, 275, 84, 75, 71, 72, 16, 2, 201, 1, 324, 201, 544, 75, 223, 130, 105, 201, 2, 201, 1,
    628, 201,
  ]);
  expect(decoded).toBe(
    '<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\n Hi é\n<|im_end|>\n<|im_start|>assistant\n',
  );
});

test.each([
  [[], 'takes a text'],
  [['a', '--message', 'b'], 'not both'],
  [['--system', 'a'], 'comes before a --message'],
])('refuses %j', async (args, why) => {
  const { code, stdout } = await steer(['tokenize', base, ...args, '--json']);
  expect([code, stdout]).toEqual([2, expect.stringContaining(why)]);
});
