import { expect, test } from 'vitest';
import type { Decoding, Strengths } from '../../../server/generation/decoding.ts';
import { generateTexts, type GenerateOptions } from '../../../server/generation/generateTexts.ts';

/** Says 1 wherever it is at 0, and what is no number where it is moved. */
function talking(fed: number[][], onFeed: () => void = () => {}) {
  return (opened: readonly Strengths[]): Decoding => {
    let all = opened;
    const decoding: Pick<Decoding, 'feed' | 'select'> = {
      select: (sequences) => void (all = sequences.map(({ strengths }) => strengths)),
      feed: async (tokens) => {
        fed.push(tokens.map(({ length }) => length));
        onFeed();
        return all.map(([k = 0]) => Float32Array.of(0, k === 0 ? 1 : Number.NaN));
      },
    };
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- All that is asked of it.
    return decoding as unknown as Decoding;
  };
}

const options: GenerateOptions = {
  ids: [1],
  strengths: [[0]],
  maxTokens: 3,
  stops: new Set(),
  sampling: { temperature: 0, topK: 0, topP: 1, minP: 0, repetitionPenalty: 1, seed: 0 },
  topLogprobs: 0,
  againstBase: true,
  signal: new AbortController().signal,
};
const long = Array.from({ length: 1025 }, () => 1);

test.each([
  [1, [1]],
  [512, [512]],
  [513, [512, 1]],
  [1024, [512, 512]],
  [1025, [512, 512, 1]],
])('a prompt of %d tokens is read in the parts %j', async (length, parts) => {
  const fed: number[][] = [];
  const of = { ...options, ids: long.slice(0, length), strengths: [[0], [0]] };
  const [text] = await generateTexts(talking(fed), of);
  expect(text?.tokens.map(({ id }) => id)).toEqual([1, 1, 1]);
  expect(fed.map(([first]) => first)).toEqual([...parts, 1, 1]);
});

test('a cancel is heard between two parts of a prompt', async () => {
  const controller = new AbortController();
  const fed: number[][] = [];
  const open = talking(fed, () => controller.abort());
  await expect(generateTexts(open, { ...options, ids: long, signal: controller.signal })).rejects.toThrow();
  expect(fed).toEqual([[512]]);
});

test('logits that are no numbers are refused, and no KL of 0 is made of them', async () => {
  const asked = generateTexts(talking([]), { ...options, strengths: [[0], [1e30]] });
  await expect(asked).rejects.toMatchObject({ code: 'not-finite', subject: 'strength 1e+30' });
});
