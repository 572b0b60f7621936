import { expect, test } from 'vitest';
import type { Strengths } from '../../../server/generation/decoding.ts';
import { readText } from '../../../server/generation/readText.ts';

/** After each token the next higher one is likeliest, by as much as the token is. */
function reading() {
  const fed: (readonly number[])[] = [];
  const opened: (readonly Strengths[])[] = [];
  const open = (strengths: readonly Strengths[]) => {
    opened.push(strengths);
    return {
      feed: async ([tokens = []]: readonly (readonly number[])[]) => {
        fed.push(tokens);
        return tokens.map((token) =>
          Float32Array.from({ length: 9 }, (_, id) => (id === token + 1 ? token : 0)),
        );
      },
    };
  };
  return { fed, opened, open };
}

const { signal } = new AbortController();

/** log softmax, where one of nine logits is `own` and the others are 0. */
const logprob = (logit: number, own: number) => logit - Math.log(Math.exp(own) + 8);

test('a text is read in parts whose logits fit, the last token left out', async () => {
  const { fed, opened, open } = reading();
  const ids = [1, 2, 3, 8, 5];
  const read = await readText(open, 2 ** 23, { ids, strengths: [0.5, -1], topLogprobs: 1, signal });
  expect(opened).toEqual([[[0.5, -1]]]);
  expect(fed).toEqual([
    [1, 2],
    [3, 8],
  ]);
  // After token 8 nothing is likelier than anything else.
  const expected = [logprob(1, 1), logprob(2, 2), logprob(0, 3), -Math.log(9)];
  for (const [at, value] of expected.entries()) expect(read[at]!.logprob).toBeCloseTo(value, 6);
  expect(read.map(({ top }) => top[0]!.id)).toEqual([2, 3, 4, 0]);
  expect(read.length).toBe(ids.length - 1);
});

test('of one token nothing is asked', async () => {
  const { fed, open } = reading();
  expect(await readText(open, 10, { ids: [4], strengths: [], topLogprobs: 0, signal })).toEqual([]);
  expect(fed).toEqual([]);
});

test('it ends between two parts when it is cancelled', async () => {
  const { fed, open } = reading();
  const controller = new AbortController();
  const cancelling: typeof open = (strengths) => {
    const decoding = open(strengths);
    return {
      feed: async (tokens) => {
        controller.abort();
        return await decoding.feed(tokens);
      },
    };
  };
  const options = { ids: [1, 2, 3, 4, 5], strengths: [], topLogprobs: 0, signal: controller.signal };
  await expect(readText(cancelling, 2 ** 24, options)).rejects.toThrow(/abort/i);
  expect(fed).toEqual([[1]]);
});
