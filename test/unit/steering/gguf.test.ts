import { cpSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { warnOfQuantised } from '../../../server/analysis/quantisedOperands.ts';
import { readRecipe } from '../../../server/recipes/readRecipe.ts';
import { resolveRecipe } from '../../../server/recipes/resolveRecipe.ts';
import { Warnings } from '../../../server/warnings.ts';
import { writeRecipeFile } from './recipeFile.ts';
import { readModel, valuesOf } from '../../support/readTensors.ts';
import { root } from '../../support/steer.ts';
import { scene } from './scene.ts';

const { at, write } = scene();

beforeAll(() => cpSync(join(root, 'test/fixtures/gguf'), at('.'), { recursive: true }));

function values(path: string): ReadonlyMap<string, readonly number[]> {
  return new Map([...readModel(path)].map(([name, tensor]) => [name, [...valuesOf(tensor)]] as const));
}

describe('a GGUF file as the base', () => {
  test('is steered into safetensors with the names and rows of transformers', async () => {
    const recipe = { name: 'w', base: 'llama-F32.gguf', positive: 'llama-plus-F32.gguf', negative: 'base' };
    const { outputs } = await write(recipe, { strengths: [0, 1] });
    const [still, moved] = outputs.map(({ path }) => values(path));
    const base = values(at('llama'));
    expect(still).toEqual(base);
    expect([...(moved?.keys() ?? [])]).toEqual([...(still?.keys() ?? [])]);
    expect(moved).not.toEqual(base);
  });

  test('in three parts is the same model, whichever of them is named', async () => {
    const recipe = { name: 'w', base: 'parts-00001-of-00003.gguf', positive: 'llama-plus-F32.gguf' };
    const whole = await write({ ...recipe, base: 'llama-F32.gguf', negative: 'base' });
    const parts = await write({ ...recipe, negative: 'parts-00003-of-00003.gguf' });
    const [one, other] = [whole, parts].map(({ outputs }) => outputs[0]?.path ?? '');
    expect(readdirSync(other ?? '').toSorted()).toEqual([
      'README.md',
      'model-00001-of-00003.safetensors',
      'model-00002-of-00003.safetensors',
      'model-00003-of-00003.safetensors',
      'model.safetensors.index.json',
      'steering.json',
    ]);
    expect(values(other ?? '')).toEqual(values(one ?? ''));
  });

  test('says that the output lacks a configuration and a tokenizer', async () => {
    const recipe = { name: 'w', base: 'llama-F32.gguf', positive: 'llama-plus-F32.gguf', negative: 'base' };
    const { warnings } = await write(recipe);
    expect(warnings).toContainEqual({
      code: 'weights-alone',
      file: at('llama-F32.gguf'),
      message: expect.stringMatching(/^The output has no config\.json and no tokenizer, because a GGUF file/),
    });
    const beside = await write({ ...recipe, target: 'llama' });
    expect((beside.warnings ?? []).map(({ code }) => code)).not.toContain('weights-alone');
  });

  test('in Q8_0 asks for a dtype to write', async () => {
    const recipe = { name: 'w', base: 'llama-Q8_0.gguf', positive: 'llama-plus-F32.gguf', negative: 'base' };
    await expect(write(recipe)).rejects.toMatchObject({
      code: 'unsupported-dtype',
      message: expect.stringMatching(/dtype: bfloat16/),
    });
    const { outputs } = await write({ ...recipe, output: { dtype: 'float32' } }, { strengths: [0] });
    expect(values(outputs[0]?.path ?? '')).toEqual(values(at('llama-q8')));
  });

  test('in a packed type is refused with the way that there is', async () => {
    const recipe = {
      name: 'w',
      base: 'llama-Q4_0.gguf',
      positive: 'llama-F32.gguf',
      negative: 'llama-plus-F32.gguf',
    };
    await expect(write(recipe)).rejects.toMatchObject({
      code: 'unsupported-dtype',
      message: expect.stringMatching(/gguf-adapter/),
    });
  });
});

describe('a direction from Q8_0 weights', () => {
  test('has its size put beside the rounding that is in it', async () => {
    const message = await warningOf({
      base: 'llama',
      positive: 'llama-plus-F32.gguf',
      negative: 'llama-Q8_0.gguf',
    });
    expect(message).toMatch(/alone comes to 0\.\d+ % of the weights, and the direction to 1\d\d %/);
  });

  test('that is nothing but rounding is said to be', async () => {
    const message = await warningOf({ base: 'llama', positive: 'llama-Q8_0.gguf', negative: 'base' });
    const [, step = '', size = ''] =
      /comes to (\S+) % of the weights, and the direction to (\S+) %/.exec(message ?? '') ?? [];
    expect(Number(size) / Number(step)).toBeCloseTo(1, 1);
    expect(message).toMatch(/Much of it may be rounding/);
  });

  test('is not spoken of where nothing is quantised', async () => {
    expect(
      await warningOf({ base: 'llama', positive: 'llama-plus-F32.gguf', negative: 'base' }),
    ).toBeUndefined();
  });
});

/** What is said of a recipe's direction being quantised. */
async function warningOf(recipe: object): Promise<string | undefined> {
  const warnings = new Warnings();
  const { signal } = new AbortController();
  const resolved = await resolveRecipe(await readRecipe(writeRecipeFile(at('.'), recipe)), {
    signal,
    warnings,
  });
  await warnOfQuantised(resolved.direction, { warnings, signal });
  return warnings.list().find(({ code }) => code === 'quantised-operand')?.message;
}
