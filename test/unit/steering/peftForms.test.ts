import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseJson } from '../../support/json.ts';
import { readArchive, readModel, type ReadTensor, valuesOf } from '../../support/readTensors.ts';
import { root } from '../../support/steer.ts';
import { scene } from './scene.ts';

const folder = join(root, 'test/fixtures/adapters');
const { cases } = parseJson<{ cases: Record<string, { base: string; adapter: string }> }>(
  readFileSync(join(folder, 'cases.json'), 'utf8'),
);
const { write, dryRun, contrast, at } = scene();
const llama = 'llama';

/** Names of cases, or of a base. */
interface Steered {
  readonly base: string;
  readonly positive: string;
  readonly negative: string;
  readonly target?: string;
}

describe('float32 checkpoints agree with what PEFT and mlx-lm merge in float64', () => {
  test.each<[what: string, steered: Steered]>([
    ['DoRA against the base', { base: llama, positive: 'dora', negative: llama }],
    ['DoRA against DoRA', { base: llama, positive: 'dora', negative: 'dora-patterns' }],
    ['DoRA against LoRA', { base: llama, positive: 'dora-patterns', negative: 'plain' }],
    ['DoRA of embeddings and the head', { base: llama, positive: 'dora-embedding', negative: llama }],
    ['DoRA of tied embeddings', { base: 'llama-tied', positive: 'dora-tied', negative: 'tied-plain' }],
    ['DoRA of Conv1D', { base: 'gpt2', positive: 'dora-conv1d', negative: 'conv1d' }],
    ['LoRA on DoRA', { base: llama, positive: 'plain', negative: llama, target: 'dora' }],
    ['trained tokens', { base: llama, positive: 'tokens', negative: llama }],
    ['trained tokens against others', { base: llama, positive: 'tokens', negative: 'tokens-others' }],
    [
      'trained tokens on trained tokens',
      { base: llama, positive: 'tokens', negative: 'plain', target: 'tokens-others' },
    ],
    [
      'tokens of a tied embedding',
      { base: 'llama-tied', positive: 'tokens-tied', negative: 'tied-embedding' },
    ],
    [
      'tokens of tied roles apart',
      { base: 'llama-tied', positive: 'tokens-tied-apart', negative: 'llama-tied' },
    ],
    [
      'experts [in, out]',
      { base: 'gpt-oss', positive: 'experts', negative: 'experts-one', target: 'experts-one' },
    ],
    ['experts [out, in]', { base: 'llama4', positive: 'experts-plain', negative: 'llama4' }],
    ['bare matrices', { base: llama, positive: 'parameters', negative: 'plain' }],
    ['a prefix in the middle', { base: 'qwen2-vl', positive: 'middle-qwen2-vl', negative: 'qwen2-vl' }],
    ['another prefix in the middle', { base: 'gemma3', positive: 'middle-gemma3', negative: 'gemma3' }],
    ['MLX against PEFT', { base: llama, positive: 'mlx', negative: 'rslora' }],
    ['MLX of tied embeddings', { base: 'llama-tied', positive: 'mlx-tied', negative: 'tied-plain' }],
    ['DoRA of MLX', { base: llama, positive: 'mlx-dora', negative: llama, target: 'mlx-full' }],
    ['DoRA on another DoRA', { base: llama, positive: 'dora', negative: 'rslora', target: 'dora-embedding' }],
  ])('%s', async (_, { base, positive, negative, target = base }) => {
    const recipe = recipeOf({ base, positive, negative, target });
    const strengths = [1, -0.7];
    const { outputs } = await write(recipe, { strengths });
    const [to, plus, minus] = [target, positive, negative].map((name) => valuesIn(name, base));
    for (const [index, strength] of strengths.entries()) {
      for (const [name, found] of readModel(outputs[index]!.path)) {
        const [start, up, down] = [to!(name), plus!(name), minus!(name)];
        const expected = start.map((value, n) => value + strength * (up[n]! - down[n]!));
        expect(distance(valuesOf(found), expected), name).toBeLessThan(2 ** -23);
      }
    }
  });
});

test.each(['qwen2-vl', 'gemma3'])('an adapter for %s has the names that PEFT gave it', async (base) => {
  const recipe = recipeOf({ base, positive: `middle-${base}`, negative: base });
  const { outputs } = await write(recipe, { format: 'adapter' });
  const keys = [...readModel(outputs[0]!.path).keys()];
  const own = [...readModel(place(`middle-${base}`)).keys()].filter((name) => name.includes('.lora_'));
  expect(keys).toEqual(expect.arrayContaining(own));
});

test('an MLX adapter becomes one of PEFT, the right way round', async () => {
  const recipe = recipeOf({ base: llama, positive: 'mlx', negative: 'plain' });
  const [adapter, checkpoint] = [await write(recipe, { format: 'adapter' }), await write(recipe)];
  const again = { name: 'w', base: recipe.base, positive: adapter.outputs[0]!.path, negative: 'base' };
  const { outputs } = await write(again);
  const expected = readModel(checkpoint.outputs[0]!.path);
  for (const [name, tensor] of readModel(outputs[0]!.path))
    expect(distance(valuesOf(tensor), valuesOf(expected.get(name)!)), name).toBeLessThan(2 ** -21);
});

test('DoRA stored as a direction is dense, and steers as the recipe does', async () => {
  const recipe = recipeOf({ base: llama, positive: 'dora', negative: 'plain' });
  const stored = await contrast(recipe, 'w');
  expect(stored.tensors).toMatchObject({ lowRank: 4, dense: 6 }); // LoRA's own factors stay factors.
  const path = { name: 'w', base: at(''), directions: [{ path: at('w') }] };
  const [first, second] = [await write(recipe), await write({ ...path, base: recipe.base })];
  const [one, other] = [first, second].map(({ outputs }) => readModel(outputs[0]!.path));
  for (const [name, tensor] of one!)
    expect(distance(valuesOf(other!.get(name)!), valuesOf(tensor)), name).toBeLessThan(2 ** -22);
});

test('DoRA cannot be written as an adapter, and says what can be done', async () => {
  const recipe = recipeOf({ base: llama, positive: 'dora', negative: 'plain' });
  await expect(dryRun(recipe, { format: 'adapter' })).rejects.toMatchObject({
    code: 'not-low-rank',
    message: expect.stringMatching(
      /_proj\.weight" \(as full fine-tunes, DoRA and experts do\).*format: checkpoint/,
    ),
  });
  expect(await dryRun(recipe, { format: 'auto' })).toMatchObject({ outputs: [{ format: 'checkpoint' }] });
  const onDora = recipeOf({ base: llama, positive: 'plain', negative: llama, target: 'dora' });
  expect(await dryRun(onDora, { format: 'auto' })).toMatchObject({ outputs: [{ format: 'checkpoint' }] });
});

test('one DoRA adapter cancels against itself without its values', async () => {
  const { warnings } = await write(recipeOf({ base: llama, positive: 'dora', negative: 'dora' }));
  expect(warnings?.map(({ code }) => code)).toContain('zero-direction');
});

function recipeOf({ base, target, ...sides }: Steered) {
  const { positive, negative } = sides;
  const isBase = target === undefined || target === base;
  return {
    name: 'w',
    base: join(folder, 'bases', base),
    positive: place(positive),
    negative: negative === base ? 'base' : place(negative),
    ...(!isBase && { target: place(target) }),
  };
}

function place(name: string): string {
  return join(folder, 'cases', name, cases[name]!.adapter);
}

/** What PEFT merges, else the base's own; for the head of a tied base, the embedding. */
function valuesIn(name: string, base: string): (tensor: string) => Float64Array {
  const stored = readModel(join(folder, 'bases', base));
  const merged: ReadonlyMap<string, ReadTensor> =
    name === base ? new Map() : readArchive(join(folder, 'cases', name, 'merged.safetensors')).tensors;
  const shared = [...stored.keys()].find((tensor) => /(?:wte|embed_tokens)\.weight$/.test(tensor))!;
  return (tensor) => valuesOf(merged.get(tensor) ?? stored.get(tensor) ?? stored.get(shared)!);
}

/** Relative to the largest. */
function distance(found: Float64Array, expected: Float64Array): number {
  const largest = expected.reduce((most, number) => Math.max(most, Math.abs(number)), 0);
  return (
    found.reduce((most, number, n) => Math.max(most, Math.abs(number - expected[n]!)), 0) / (largest || 1)
  );
}
