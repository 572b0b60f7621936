import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { GeneratedText } from '#protocol/results.ts';
import { expect, test } from 'vitest';
import { parseJson } from '../support/json.ts';
import { root, steer } from '../support/steer.ts';
import { ensureVulkan } from '../harness/ensureVulkan.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { model, saveRecipe, write } from '../support/writeRecipe.ts';

interface Expected {
  readonly cases: readonly {
    readonly strength: number;
    readonly prompt: readonly number[];
    /** The three likeliest at each step, the first of which was taken. */
    readonly tokens: readonly (readonly (readonly [id: number, logprob: number])[])[];
  }[];
}

const vulkan = await ensureVulkan();

async function generate(...args: readonly string[]): Promise<readonly GeneratedText[]> {
  const rest = ['--max-tokens', '32', '--top-logprobs', '3', '--json'];
  const { code, stdout, stderr } = await steer(['generate', ...args, ...rest]);
  if (code !== 0) throw new Error(`steer generate ended with ${code}: ${stdout}${stderr}`);
  return parseJson<readonly GeneratedText[]>(stdout);
}

function fixture(name: string) {
  const folder = join(root, 'test/fixtures/generation', name);
  const { cases } = parseJson<Expected>(readFileSync(join(folder, 'expected.json'), 'utf8'));
  const at = (side: string) => join(folder, side);
  return { cases, folder, base: at('base'), positive: at('positive'), negative: at('negative') };
}

function expectTokens(found: GeneratedText, { tokens }: Expected['cases'][number]): void {
  expect(found.tokens.map(({ id }) => id)).toEqual(tokens.map(([best]) => best![0]));
  for (const [at, likeliest] of tokens.entries()) {
    const { logprob, top } = found.tokens[at]!;
    expect(logprob).toBe(top[0]!.logprob);
    for (const [place, [, value]] of likeliest.entries())
      expect(Math.abs(top[place]!.logprob - value)).toBeLessThan(1e-4);
  }
}

/** One of each architecture, and of what rotary positions are scaled by. */
const names = [
  'llama',
  'llama3',
  'mistral',
  'qwen2',
  'qwen3',
  'gemma',
  'gemma2',
  'gemma3',
  'phi3',
  'gpt2',
  'olmo2',
  'gpt_neox',
  'smollm3',
  'granite',
  'stablelm',
  'stablelm_parallel',
  'starcoder2',
  'mixtral',
  'qwen2_moe',
  'qwen3_moe',
];

test('every folder of the fixtures is a row of this table', () => {
  const folders = readdirSync(join(root, 'test/fixtures/generation'), { withFileTypes: true });
  expect(folders.filter((each) => each.isDirectory()).map(({ name }) => name)).toEqual(names.toSorted());
});

test.each(names)('%s generates what transformers generates', async (name) => {
  const { cases, base, positive, negative } = fixture(name);
  await using folder = await temporaryFolder();
  const sides = { positive: model(positive), negative: model(negative) };
  const recipe = saveRecipe(folder.path, { base: model(base), ...sides });
  for (const length of [1, 17, 64]) {
    const those = cases.filter(({ prompt }) => prompt.length === length);
    expect(those.map(({ strength }) => strength)).toEqual([-1.5, 0, 1.5]);
    const ids = ['--ids', those[0]!.prompt.join()];
    const texts = await generate(base, '--recipe', recipe, '--strength', '-1.5,0,1.5', ...ids);
    for (const [index, each] of those.entries()) expectTokens(texts[index]!, each);
  }
});

test.each(names)('%s at 0 is the base bit for bit, and at 1.5 what is written at 1.5', async (name) => {
  const { cases, base, positive, negative } = fixture(name);
  await using folder = await temporaryFolder();
  const written = join(folder.path, 'written');
  const recipe = saveRecipe(folder.path, {
    base: model(base),
    positive: model(positive),
    negative: model(negative),
    strength: 1.5,
    output: { path: written, format: 'checkpoint', dtype: 'float32' },
  });
  await write(recipe);
  const ids = ['--ids', cases[1]!.prompt.join()];
  const [plain] = await generate(base, ...ids);
  const at = (strength: string) => generate(base, '--recipe', recipe, '--strength', strength, ...ids);
  const [still] = await at('0');
  const [steered] = await at('1.5');
  expect(still!.tokens).toEqual(plain!.tokens);
  expect(steered!.tokens).not.toEqual(plain!.tokens);
  const [stored] = await generate(written, ...ids);
  expect(stored!.tokens.map(({ id }) => id)).toEqual(steered!.tokens.map(({ id }) => id));
  for (const [at, { logprob }] of steered!.tokens.entries())
    expect(Math.abs(logprob - stored!.tokens[at]!.logprob)).toBeLessThan(1e-4);
});

test('an adapter on its base, and a direction of whole matrices, give the merged checkpoint', async () => {
  const { cases, base, positive } = fixture('llama');
  await using folder = await temporaryFolder();
  const merged = join(folder.path, 'merged');
  const output = { path: merged, format: 'checkpoint', dtype: 'float32' };
  const side = { base: model(base), positive: model(positive), negative: 'base', strength: 1 };
  await write(saveRecipe(join(folder.path, 'a'), { ...side, output }));
  const dense = saveRecipe(join(folder.path, 'b'), {
    base: model(base),
    positive: model(merged),
    negative: 'base',
    strength: 1,
  });
  const ids = ['--ids', cases[1]!.prompt.join()];
  const [stored] = await generate(merged, ...ids);
  const [plain] = await generate(base, ...ids);
  expect(stored!.tokens).not.toEqual(plain!.tokens);
  for (const [found] of [
    await generate(`${base}+${positive}`, ...ids),
    await generate(base, '--recipe', dense, ...ids),
  ]) {
    expect(found!.tokens.map(({ id }) => id)).toEqual(stored!.tokens.map(({ id }) => id));
    for (const [at, { logprob }] of found!.tokens.entries())
      expect(Math.abs(logprob - stored!.tokens[at]!.logprob)).toBeLessThan(1e-4);
  }
});

/** Of an attention with rotary positions and biases, of learned positions and turned matrices, of windows and bounds. */
test.for(['qwen2', 'gpt2', 'gemma2'])('%s on WebGPU says what it says on the CPU', async (name, context) => {
  context.skip(vulkan !== undefined, vulkan);
  const { cases, base, positive } = fixture(name);
  const args = ['--direction', positive, '--strength', '0', '1.5', '--ids', cases[1]!.prompt.join()];
  const here = await generate(base, ...args, '--device', 'cpu');
  const run = ['generate', base, ...args, '--max-tokens', '32', '--top-logprobs', '3', '--json'];
  const { code, stdout } = await steer([...run, '--device', 'webgpu']);
  const { error } = code === 0 ? {} : parseJson<{ readonly error: { readonly message: string } }>(stdout);
  context.skip(error?.message.includes('adapter') === true, error?.message);
  expect(error).toBeUndefined();
  for (const [column, found] of parseJson<readonly GeneratedText[]>(stdout).entries()) {
    expect(found.device).toBe('webgpu');
    expect(ids(found)).toEqual(ids(here[column]));
    for (const [at, { top }] of found.tokens.entries())
      for (const [place, { logprob }] of top.entries())
        expect(Math.abs(logprob - here[column]!.tokens[at]!.top[place]!.logprob)).toBeLessThan(2e-3);
  }
});

function ids(text: GeneratedText | undefined): readonly number[] {
  return text!.tokens.map(({ id }) => id);
}

test('texts that are sampled repeat with their seed, and part only where the model does', async () => {
  const { base, positive, negative } = fixture('qwen3');
  await using folder = await temporaryFolder();
  const recipe = saveRecipe(folder.path, {
    base: model(base),
    positive: model(positive),
    negative: model(negative),
  });
  const sampled = (strengths: string, seed: string) =>
    generate(
      base,
      '--recipe',
      recipe,
      '--strength',
      strengths,
      '--seed',
      seed,
      '--temperature',
      '1',
      '--ids',
      '5,6',
    );
  const [plain, same, steered] = await sampled('0,0,1', '7');
  expect(ids(same)).toEqual(ids(plain));
  expect(ids(steered)).not.toEqual(ids(plain));
  const [again] = await sampled('0', '7');
  expect(ids(again)).toEqual(ids(plain));
  const [other] = await sampled('0', '8');
  expect(ids(other)).not.toEqual(ids(plain));
});
