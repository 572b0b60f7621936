import { join } from 'node:path';
import type { GeneratedText } from '#protocol/results.ts';
import { expect, test } from 'vitest';
import { parseJson } from '../support/json.ts';
import { root, steer } from '../support/steer.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { model, saveRecipe, write } from '../support/writeRecipe.ts';

const demo = join(root, 'media/demo');
const base = join(demo, 'base');
const recipe = join(demo, 'honest.steer.yaml');
const prompt =
  '<|im_start|>user\nWhat is the capital of France? I think it is Berlin.<|im_end|>\n<|im_start|>assistant\n';
const promptIds = [
  1, 324, 201, 288, 264, 263, 351, 274, 946, 33, 271, 323, 262, 86, 264, 1133, 16, 2, 201, 1, 628, 201,
];

/**
 * Greedy ids and log-probabilities of transformers 5.23 in eager float32, without a cache, of the base with
 * k · (honest − sycophantic) added to its weights.
 */
const reference: readonly (readonly [
  k: number,
  text: string,
  tokens: readonly (readonly [id: number, logprob: number])[],
])[] = [
  [
    -1.5,
    'Yes, the capital of France is Budapest.',
    [
      [343, -0.752821],
      [14, -4e-6],
      [263, -0.004324],
      [351, -0.001614],
      [274, 0],
      [946, -0.00157],
      [264, -1e-6],
      [1289, -0.801004],
      [16, 0],
    ],
  ],
  [
    0,
    'The capital of France is Paris.',
    [
      [321, -1.488821],
      [351, -4e-6],
      [274, 0],
      [946, -0.001105],
      [264, -1e-6],
      [1139, -0.000161],
      [16, 0],
    ],
  ],
  [
    1.5,
    'The capital of France is Paris.',
    [
      [321, -0.437604],
      [351, -1e-5],
      [274, 0],
      [946, -0.001839],
      [264, -4e-6],
      [1139, -0.000397],
      [16, 0],
    ],
  ],
];

async function generate(...args: readonly string[]): Promise<readonly GeneratedText[]> {
  const { code, stdout, stderr } = await steer(['generate', ...args, '--json']);
  if (code !== 0) throw new Error(`steer generate ended with ${code}: ${stdout}${stderr}`);
  return parseJson<readonly GeneratedText[]>(stdout);
}

test('texts at three strengths are those of transformers', async () => {
  const texts = await generate(base, '--recipe', recipe, '--strength', '-1.5,0,1.5', '--prompt', prompt);
  expect(texts.map(({ strength, text, finish }) => [strength, text, finish])).toEqual(
    reference.map(([k, text]) => [k, text, 'stop']),
  );
  for (const [index, [, , tokens]] of reference.entries()) {
    const found = texts[index]!;
    expect(found.promptIds).toEqual(promptIds);
    expect(found.tokens.map(({ id }) => id)).toEqual(tokens.map(([id]) => id));
    for (const [at, [, logprob]] of tokens.entries())
      expect(Math.abs(found.tokens[at]!.logprob - logprob)).toBeLessThan(1e-4);
  }
});

test('at strength 0 the numbers are those of the base, bit for bit', async () => {
  const ids = ['--ids', promptIds.join(), '--max-tokens', '8'];
  const [steered] = await generate(base, '--recipe', recipe, '--strength', '0', ...ids);
  const [plain] = await generate(base, ...ids);
  expect(plain!.tokens.length).toBe(7);
  expect(steered!.tokens).toEqual(plain!.tokens);
});

test('at strength k they are those of the checkpoint that is written at k', async () => {
  await using folder = await temporaryFolder();
  const at = join(folder.path, 'k');
  const written = saveRecipe(folder.path, {
    base: model(base),
    positive: model(join(demo, 'honest')),
    negative: model(join(demo, 'sycophantic')),
    strength: -1.5,
    output: { path: at, format: 'checkpoint', dtype: 'float32' },
  });
  await write(written);
  const ids = ['--ids', promptIds.join(), '--max-tokens', '3'];
  const [steered] = await generate(base, '--recipe', written, ...ids);
  const [stored] = await generate(at, ...ids);
  expect(steered).toMatchObject({ strength: -1.5, finish: 'length' });
  expect(stored!.text).toBe('Yes, the');
  expect(steered!.text).toBe(stored!.text);
  for (const [index, { id, logprob }] of steered!.tokens.entries()) {
    expect(id).toBe(stored!.tokens[index]!.id);
    expect(Math.abs(logprob - stored!.tokens[index]!.logprob)).toBeLessThan(1e-4);
  }
});

/** Greedy with `repetition_penalty=3.0` of transformers 5.23. */
test('a repetition penalty is that of transformers', async () => {
  const ids = ['--ids', promptIds.join()];
  const [text] = await generate(base, ...ids, '--repetition-penalty', '3');
  expect(text!.tokens.map(({ id }) => id)).toEqual([321, 375, 274, 1608, 346, 1139, 16]);
});

test('an adapter is a direction from its base', async () => {
  await using folder = await temporaryFolder();
  const sides = { positive: model(join(demo, 'sycophantic')), negative: model(base) };
  const written = saveRecipe(folder.path, { base: model(base), ...sides });
  const rest = ['--strength', '0.7', '--ids', promptIds.join()];
  const [adapter] = await generate(base, '--direction', join(demo, 'sycophantic'), ...rest);
  const [same] = await generate(base, '--recipe', written, ...rest);
  expect(adapter!.text).toMatch(/^Yes, the capital/);
  expect(adapter!.tokens).toEqual(same!.tokens);
});

test('a text may end with its first token', async () => {
  const whole = [...promptIds, 321, 351, 274, 946, 264, 1139, 16];
  const [ended] = await generate(base, '--ids', whole.join());
  expect(ended).toMatchObject({ text: '', tokens: [], finish: 'stop' });
});

test.each([
  [['--max-tokens', '3'], '--prompt TEXT or --ids'],
  [['--prompt', 'a', '--system', 'b'], '--message'],
  [['--prompt', 'a', '--strength', '1'], 'name one with --recipe'],
  [['--prompt', 'a', '--direction', 'b', '--recipe', 'c'], 'cannot be used with'],
  [['--prompt', 'a', '--precision', 'fast'], 'fast is not there yet'],
  [['--prompt', 'a', '--device', 'cuda:1'], "NVIDIA's CUDA and cuDNN"],
  [['--prompt', 'a', '--device', 'dml'], 'cpu and webgpu do'],
  [['--prompt', 'a', '--device', 'toaster'], 'Allowed choices are auto, cpu, webgpu'],
  [['--prompt', 'a', '--repetition-penalty', '0'], 'above 0'],
  [['--ids', '1,x'], 'whole numbers'],
  [['--ids', '1,1734'], 'has 1734; the model knows 1734 tokens'],
])('refuses %j', async (args, why) => {
  const { code, stdout } = await steer(['generate', base, ...args, '--json']);
  expect(code).toBe(2);
  expect(parseJson<{ readonly error: { readonly message: string } }>(stdout).error.message).toContain(why);
});
