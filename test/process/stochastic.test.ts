import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { readModel, valuesOf } from '../support/readTensors.ts';
import { safetensors } from '../support/safetensors.ts';
import { steeredCases } from '../support/steeredCases.ts';
import { model, type RecipeData, saveRecipe, write } from '../support/writeRecipe.ts';

const { folder } = steeredCases();
/** Each row asks for another sixteenth of the way from 1 to the next bfloat16, from 0 to all of it. */
const rows = 17;
const columns = 4096;
const unit = 2 ** -7;

describe('stochastic rounding', () => {
  let written: Float64Array;

  beforeAll(async () => {
    const ones = new Uint16Array(rows * columns).fill(0x3f80);
    const shares = Float32Array.from(
      { length: rows * columns },
      (_, i) => (Math.floor(i / columns) / 16) * unit,
    );
    saveModel('base', 'BF16', ones);
    saveModel('positive', 'F32', shares);
    saveModel('negative', 'F32', new Float32Array(rows * columns));
    written = await steered('first', { seed: 7 });
  });

  test('gives nothing but the two neighbours of a value', () => {
    expect(new Set(written)).toEqual(new Set([1, 1 + unit]));
  });

  test('moves as many elements as it should, within five standard deviations', () => {
    for (let row = 0; row < rows; row++) {
      const share = row / 16;
      const moved = written
        .subarray(row * columns, (row + 1) * columns)
        .filter((value) => value !== 1).length;
      const deviation = Math.sqrt(columns * share * (1 - share));
      expect(Math.abs(moved - columns * share), `row ${row}`).toBeLessThanOrEqual(5 * deviation);
    }
  });

  test('is right on average over the whole tensor', () => {
    const mean = written.reduce((sum, value) => sum + (value - 1) / unit, 0) / written.length;
    // Each element adds a variance of share · (1 − share), at most a quarter.
    expect(Math.abs(mean - 0.5)).toBeLessThan((5 * 0.5) / Math.sqrt(written.length));
  });

  test('gives the same again with the same seed, and something else with another', async () => {
    expect(await steered('again', { seed: 7 })).toEqual(written);
    const other = await steered('other', { seed: 8 });
    const alike = other.filter((value, i) => value === written[i]).length / other.length;
    // Independent draws agree with probability p² + (1 − p)², here 0.69 on average.
    expect(alike).toBeGreaterThan(0.6);
    expect(alike).toBeLessThan(0.8);
  });

  test('is not what nearest rounding gives', async () => {
    const nearest = await steered('nearest', { rounding: 'nearest' });
    expect(new Set(nearest.subarray(0, 9 * columns))).toEqual(new Set([1]));
    expect(new Set(nearest.subarray(9 * columns))).toEqual(new Set([1 + unit]));
  });
});

async function steered(name: string, output: RecipeData): Promise<Float64Array> {
  const at = join(folder, name);
  const models = Object.fromEntries(
    ['base', 'positive', 'negative'].map((role) => [role, model(join(folder, 'models', role))]),
  );
  const recipe = saveRecipe(at, {
    ...models,
    output: { path: join(at, 'out'), rounding: 'stochastic', ...output },
  });
  const { outputs } = await write(recipe);
  return valuesOf(readModel(outputs[0]?.path ?? '').get('w.weight')!);
}

function saveModel(role: string, dtype: 'BF16' | 'F32', values: Uint16Array | Float32Array): void {
  const at = join(folder, 'models', role);
  mkdirSync(at, { recursive: true });
  writeFileSync(join(at, 'config.json'), JSON.stringify({ model_type: 'llama' }));
  const bytes = new Uint8Array(values.buffer);
  writeFileSync(
    join(at, 'model.safetensors'),
    safetensors({ 'w.weight': { dtype, shape: [rows, columns], bytes } }),
  );
}
