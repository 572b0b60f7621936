import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readJson } from '../support/json.ts';
import { readModel, type ReadTensor, valuesOf } from '../support/readTensors.ts';
import { steer } from '../support/steer.ts';
import { cases, fixtures, pathOf, steeredCases } from '../support/steeredCases.ts';
import { type RecipeData, write } from '../support/writeRecipe.ts';

const { folder, recipeOf } = steeredCases();

describe.each(cases.filter(({ name }) => name.startsWith('low-rank')))(
  '$name as an adapter',
  ({ name, recipe }) => {
    test.each([-1, 0.3])("merges by PEFT's rule at %d into what the checkpoint holds", async (strength) => {
      const tensor = 'model.layers.0.self_attn.q_proj.weight';
      const { output: _, ...rest } = recipe;
      const adapter = (await write(recipeOf(`${name}-adapter${strength}`, rest, { strength }))).outputs[0]!;
      expect(adapter).toMatchObject({ format: 'adapter', rank: 128, rounding: null });
      const whole = await write(
        recipeOf(`${name}-whole${strength}`, recipe, {
          strength,
          output: { format: 'checkpoint', dtype: 'float32' },
        }),
      );
      const merged = mergedByPeft(join(fixtures, String(recipe['base'])), adapter.path, tensor);
      const written = valuesOf(readModel(pathOf(whole, strength)).get(tensor)!);
      // B is rounded to float32 once, with the scale and the strength in it; so is the written checkpoint.
      const excess = merged.values.map((value, i) => {
        const due = 2 ** -24 * (merged.absolute[i]! + Math.abs(written[i]!)) * 1.01;
        return Math.abs(value - written[i]!) / due;
      });
      expect(Math.max(...excess)).toBeLessThan(1);
      expect(readModel(adapter.path).size).toBe(2);
    });
  },
);

describe.each(['dense-f32', 'dense-bf16', 'low-rank-f32', 'tied-alike', 'tied-apart'])(
  '%s as a direction',
  (name) => {
    const { recipe } = cases.find((each) => each.name === name)!;
    const asFloat32 = { output: { format: 'checkpoint', dtype: 'float32' } };

    test('gives the same when it is written with its strength and applied with 1', async () => {
      const straight = await write(recipeOf(`${name}-straight`, recipe, { ...asFloat32, strength: 0.7 }));
      const stored = await write(
        recipeOf(`${name}-stored`, recipe, { strength: 0.7, output: { format: 'direction' } }),
      );
      expect(stored.outputs[0]).toMatchObject({ format: 'direction', strength: 0.7, rounding: null });
      const applied = await applyDirection(`${name}-applied`, recipe, pathOf(stored, 0.7), 1);
      expectNearly(readModel(applied), readModel(pathOf(straight, 0.7)), name);
    });

    test('gives the same when it is stored by contrast and applied with its strength', async () => {
      const straight = await write(recipeOf(`${name}-straight2`, recipe, { ...asFloat32, strength: 8.2 }));
      const stored = join(folder, `${name}-contrast`, 'w');
      const { code, stdout } = await steer([
        'contrast',
        recipeOf(`${name}-contrast`, recipe, {}),
        '-o',
        stored,
        '--json',
      ]);
      expect(code, stdout).toBe(0);
      const applied = await applyDirection(`${name}-applied2`, recipe, stored, 8.2);
      expectNearly(readModel(applied), readModel(pathOf(straight, 8.2)), name);
    });

    function applyDirection(
      as: string,
      { base }: RecipeData,
      path: string,
      strength: number,
    ): Promise<string> {
      const directions = [{ name: 'w', path, strength }];
      return write(recipeOf(as, { base }, { ...asFloat32, directions })).then(
        ({ outputs }) => outputs[0]!.path,
      );
    }
  },
);

/** base + lora_alpha / r · B · A in float64, and Σ |B|·|A| beside it. */
function mergedByPeft(base: string, adapter: string, tensor: string) {
  const config = readJson<Record<string, unknown>>(join(adapter, 'adapter_config.json'));
  expect(config).toMatchObject({ peft_type: 'LORA', use_rslora: false, fan_in_fan_out: false });
  const scale = Number(config['lora_alpha']) / Number(config['r']);
  const factors = readModel(adapter);
  const module = tensor.slice(0, -'.weight'.length);
  const [A, B] = ['A', 'B'].map((letter) => factors.get(`base_model.model.${module}.lora_${letter}.weight`)!);
  const [a, b] = [valuesOf(A!), valuesOf(B!)];
  const [rank = 0, columns = 0] = A!.shape;
  const stored = valuesOf(readModel(base).get(tensor)!);
  const absolute = new Float64Array(stored.length);
  const values = stored.map((value, index) => {
    const row = Math.floor(index / columns);
    let sum = 0;
    for (let j = 0; j < rank; j++) {
      const product = b[row * rank + j]! * a[j * columns + (index % columns)]!;
      sum += product;
      absolute[index]! += Math.abs(scale * product);
    }
    return value + scale * sum;
  });
  return { values, absolute };
}

/**
 * Equal up to what float32 loses in a stored direction: half a unit of each part of w, which is no larger than the
 * larger value around it (and for a product of factors, than the sum of its parts: a hundred times covers rank 128).
 */
function expectNearly(
  one: ReadonlyMap<string, ReadTensor>,
  other: ReadonlyMap<string, ReadTensor>,
  name: string,
): void {
  expect([...one.keys()]).toEqual([...other.keys()]);
  const slack = name.startsWith('low-rank') || name === 'tied-apart' ? 100 : 4;
  for (const [key, tensor] of one) {
    if (tensor.dtype !== 'F32') continue;
    const [found, due] = [valuesOf(tensor), valuesOf(other.get(key)!)];
    const largest = Math.max(...due.filter(Number.isFinite).map(Math.abs), 0);
    const off = [...due.keys()].filter((i) => !near(found[i]!, due[i]!, slack * 2 ** -24 * largest));
    expect(
      off.map((i) => [found[i], due[i]]),
      key,
    ).toEqual([]);
  }
}

function near(found: number, due: number, tolerance: number): boolean {
  return Object.is(found, due) || Math.abs(found - due) <= tolerance;
}
