import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { readJson } from '../../support/json.ts';
import { adapterFolder, checkpointFolder, matrix, vector } from '../../support/modelFolders.ts';
import { readModel, valuesOf } from '../../support/readTensors.ts';
import { scene } from './scene.ts';

const q = 'model.layers.0.self_attn.q_proj';
const up = 'model.layers.0.mlp.up_proj';
const embed = 'model.embed_tokens';
const { at, write } = scene();
const pair = { base: 'base', positive: 'plus', negative: 'minus' };

interface Config {
  readonly r: number;
  readonly lora_alpha: number;
  readonly target_modules: readonly string[] | string;
  readonly modules_to_save: readonly string[] | null;
  readonly rank_pattern: Readonly<Record<string, number>>;
  readonly alpha_pattern: Readonly<Record<string, number>>;
  readonly fan_in_fan_out: boolean;
  readonly bias: string;
  readonly base_model_name_or_path: string | null;
}

const configOf = (path: string) => readJson<Config>(join(path, 'adapter_config.json'));

function read(path: string, key: string) {
  const tensor = readModel(path).get(`base_model.model.${key}`);
  return tensor && { shape: tensor.shape, values: [...valuesOf(tensor)] };
}

function lora(module: string, rank: number, a: number, b: number, rows = 2) {
  return {
    [`${module}.lora_A.weight`]: matrix(rank, 3, a),
    [`${module}.lora_B.weight`]: matrix(rows, rank, b),
  };
}

function conv1D(a: number) {
  return {
    'transformer.h.0.attn.c_attn.lora_A.weight': matrix(1, 3, a),
    'transformer.h.0.attn.c_attn.lora_B.weight': matrix(6, 1, 1, 2, 3, 4, 5, 6),
  };
}

beforeAll(() => {
  checkpointFolder(at('base'), {
    [`${embed}.weight`]: matrix(5, 3, 1),
    [`${q}.weight`]: matrix(2, 3, 1),
    [`${up}.weight`]: matrix(4, 3, 1),
    [`${up}.bias`]: vector(1, 1, 1, 1),
    'lm_head.weight': matrix(5, 3, 2),
  });
  adapterFolder(at('plus'), lora(q, 1, 2, 3), { r: 1 });
  adapterFolder(at('minus'), { ...lora(q, 2, 5, 7), ...lora(up, 2, 1, 1, 4) }, { r: 2, lora_alpha: 4 });
  adapterFolder(at('task'), lora(q, 1, 11, 13), { r: 1 });
});

describe('the factors', () => {
  test('lie side by side, scale and strength in B, so that the rank is the sum', async () => {
    const { outputs } = await write(pair, { strengths: [0.5], format: 'auto' });
    const path = outputs[0]?.path ?? '';
    expect(outputs[0]).toMatchObject({ format: 'adapter', rank: 3, rounding: null });
    expect(read(path, `${q}.lora_A.weight`)).toEqual({ shape: [3, 3], values: [2, 2, 2, 5, 5, 5, 5, 5, 5] });
    // 3 · 0.5, and 7 · −(4/2) · 0.5 twice.
    expect(read(path, `${q}.lora_B.weight`)).toEqual({ shape: [2, 3], values: [1.5, -7, -7, 1.5, -7, -7] });
  });

  test('that float32 cannot hold are told, each output its own', async () => {
    const { outputs, warnings } = await write(pair, { strengths: [1, 1e38], format: 'adapter' });
    // 3 · 1e38 is held, 7 · 2 · 1e38 is not: twice in each of two rows.
    expect(warnings).toEqual([
      {
        code: 'overflow',
        message: '4 elements exceed the range of F32 and became infinite. Use a smaller strength.',
        file: outputs[1]?.path,
      },
    ]);
  });

  test('that float32 has no digits for are told, each output its own', async () => {
    const { outputs, warnings } = await write(pair, { strengths: [1, 1e-50], format: 'adapter' });
    // B of q has 1 + 2 columns of two rows, B of up two of four rows; A is as it was.
    expect(warnings).toEqual([
      {
        code: 'underflow',
        message: expect.stringMatching(/^14 of 29 values of the factors .* too small for F32/),
        file: outputs[1]?.path,
      },
    ]);
    expect((await write(pair, { strengths: [0, 1e-30], format: 'adapter' })).warnings).toBeUndefined();
  });

  test("the target's own come along, untouched by the strength", async () => {
    const { outputs } = await write({ ...pair, target: 'base+task' }, { strengths: [10], format: 'auto' });
    expect(outputs[0]).toMatchObject({ format: 'adapter', rank: 4 });
    expect(read(outputs[0]?.path ?? '', `${q}.lora_B.weight`)?.values.slice(0, 2)).toEqual([13, 30]);
  });

  test('ranks that differ are named by full module', async () => {
    const { outputs } = await write(pair, { format: 'adapter' });
    const { r, lora_alpha, rank_pattern, alpha_pattern } = configOf(outputs[0]?.path ?? '');
    expect([r, lora_alpha, rank_pattern, alpha_pattern]).toEqual([3, 3, { [up]: 2 }, { [up]: 2 }]);
  });

  test('modules are named in short where all of that name take part', async () => {
    const { outputs } = await write(pair, { format: 'adapter' });
    expect(configOf(outputs[0]?.path ?? '').target_modules).toEqual(['q_proj', 'up_proj']);
  });

  test('and in full where only some do', async () => {
    const deep = {
      [`${q}.weight`]: matrix(2, 3, 1),
      'model.layers.1.self_attn.q_proj.weight': matrix(2, 3, 1),
      [`${up}.weight`]: matrix(4, 3, 1),
    };
    checkpointFolder(at('deep'), deep);
    const { outputs } = await write({ ...pair, base: 'deep' }, { format: 'adapter' });
    expect(configOf(outputs[0]?.path ?? '').target_modules).toEqual([q, 'up_proj']);
  });

  test('the base is named by a way that leads there from the adapter', async () => {
    const { outputs } = await write(pair, { format: 'adapter' });
    const path = outputs[0]?.path ?? '';
    const { base_model_name_or_path: base } = configOf(path);
    expect(join(path, base ?? '')).toBe(at('base'));
  });

  test('without a base they can be written all the same', async () => {
    const { outputs } = await write({ positive: 'plus', negative: 'minus' }, { format: 'auto' });
    expect(outputs[0]).toMatchObject({ format: 'adapter', rank: 3 });
    expect(configOf(outputs[0]?.path ?? '').base_model_name_or_path).toBeNull();
  });
});

describe('modules that PEFT knows otherwise', () => {
  test('a Conv1D weight keeps its orientation, and the keys of its model', async () => {
    checkpointFolder(at('gpt2'), { 'h.0.attn.c_attn.weight': matrix(3, 6, 1) }, { model_type: 'gpt2' });
    const config = { r: 1, fan_in_fan_out: true, target_modules: ['c_attn'] };
    adapterFolder(at('gpt2-plus'), conv1D(1), config);
    adapterFolder(at('gpt2-minus'), conv1D(2), config);
    const recipe = { base: 'gpt2', positive: 'gpt2-plus', negative: 'gpt2-minus' };
    const { outputs } = await write(recipe, { format: 'adapter' });
    const path = outputs[0]?.path ?? '';
    expect(configOf(path).fan_in_fan_out).toBe(true);
    expect(read(path, 'transformer.h.0.attn.c_attn.lora_A.weight')).toEqual({
      shape: [2, 3],
      values: [1, 1, 1, 2, 2, 2],
    });
    expect(read(path, 'transformer.h.0.attn.c_attn.lora_B.weight')).toEqual({
      shape: [6, 2],
      values: [1, -1, 2, -2, 3, -3, 4, -4, 5, -5, 6, -6],
    });
    const whole = await write(recipe);
    const steered = readModel(whole.outputs[0]?.path ?? '').get('h.0.attn.c_attn.weight');
    expect(
      [...valuesOf(steered ?? { dtype: 'F32', shape: [], bytes: new Uint8Array() })].slice(0, 3),
    ).toEqual([0, -1, -2]);
  });

  test('an embedding has its own kind of factors', async () => {
    const lora = (a: number) => ({
      [`${embed}.lora_embedding_A`]: matrix(1, 5, a),
      [`${embed}.lora_embedding_B`]: matrix(3, 1, 1, 2, 3),
    });
    adapterFolder(at('e-plus'), lora(1), { r: 1, target_modules: ['embed_tokens'] });
    adapterFolder(at('e-minus'), lora(3), { r: 1, target_modules: ['embed_tokens'] });
    const { outputs } = await write(
      { base: 'base', positive: 'e-plus', negative: 'e-minus' },
      { format: 'adapter' },
    );
    const path = outputs[0]?.path ?? '';
    expect(read(path, `${embed}.lora_embedding_A`)).toEqual({
      shape: [2, 5],
      values: [1, 1, 1, 1, 1, 3, 3, 3, 3, 3],
    });
    expect(read(path, `${embed}.lora_embedding_B`)).toEqual({ shape: [3, 2], values: [1, -1, 2, -2, 3, -3] });
  });
});

describe('tensors that change all over', () => {
  beforeAll(() => {
    const all = {
      [`${embed}.weight`]: matrix(5, 3, 2),
      [`${q}.weight`]: matrix(2, 3, 1),
      [`${up}.weight`]: matrix(4, 3, 1),
    };
    checkpointFolder(at('full'), {
      ...all,
      [`${up}.bias`]: vector(2, 2, 2, 2),
      'lm_head.weight': matrix(5, 3, 2),
    });
    checkpointFolder(at('full-q'), {
      ...all,
      [`${q}.weight`]: matrix(2, 3, 5),
      [`${up}.bias`]: vector(2, 2, 2, 2),
      'lm_head.weight': matrix(5, 3, 2),
    });
  });

  test('embeddings, heads and biases are held whole, at their new values', async () => {
    const recipe = {
      base: 'base',
      positive: 'full',
      negative: 'base',
      include: ['*embed_tokens*', '*bias', 'lm_head*'],
    };
    const { outputs } = await write(recipe, { strengths: [3], format: 'adapter' });
    const path = outputs[0]?.path ?? '';
    expect(read(path, `${embed}.weight`)?.values.slice(0, 2)).toEqual([4, 4]);
    expect(read(path, `${up}.bias`)?.values).toEqual([4, 4, 4, 4]);
    const { modules_to_save, bias, target_modules } = configOf(path);
    expect(modules_to_save).toEqual([embed, 'lm_head']);
    expect(bias).toBe('all');
    expect(target_modules).toBe('dummy-target-modules');
  });

  test('any other is refused by name', async () => {
    const run = write({ base: 'base', positive: 'full-q', negative: 'base' }, { format: 'adapter' });
    await expect(run).rejects.toMatchObject({ code: 'not-low-rank', tensor: `${q}.weight` });
  });

  test('auto then writes a checkpoint', async () => {
    const { outputs } = await write(
      { base: 'base', positive: 'full-q', negative: 'base' },
      { format: 'auto' },
    );
    expect(outputs[0]).toMatchObject({ format: 'checkpoint', rank: null });
  });

  test('and so it does on a target of its own', async () => {
    const { outputs } = await write({ ...pair, target: 'full' }, { format: 'auto' });
    expect(outputs[0]?.format).toBe('checkpoint');
    const asked = await write({ ...pair, target: 'full' }, { format: 'adapter' });
    const path = asked.outputs[0]?.path ?? '';
    expect(join(path, configOf(path).base_model_name_or_path ?? '')).toBe(at('full'));
  });
});

test('a direction that is zero makes no adapter', async () => {
  const run = write({ base: 'base', positive: 'plus', negative: 'plus' }, { format: 'adapter' });
  await expect(run).rejects.toMatchObject({ code: 'nothing-selected' });
});

test('on a tied base an embedding held whole is held in both roles', async () => {
  checkpointFolder(at('tied'), { [`${embed}.weight`]: matrix(2, 2, 1) }, { tie_word_embeddings: true });
  checkpointFolder(at('tied-plus'), { [`${embed}.weight`]: matrix(2, 2, 4) }, { tie_word_embeddings: true });
  const { outputs } = await write(
    { base: 'tied', positive: 'tied-plus', negative: 'base' },
    { format: 'adapter' },
  );
  const path = outputs[0]?.path ?? '';
  expect([...readModel(path).keys()].toSorted()).toEqual([
    'base_model.model.lm_head.weight',
    `base_model.model.${embed}.weight`,
  ]);
  expect(read(path, 'lm_head.weight')?.values).toEqual([4, 4, 4, 4]);
});

test('embeddings that PEFT saved along unchanged do not count as changed', async () => {
  const copies = { [`${embed}.base_layer.weight`]: matrix(5, 3, 1) };
  const factors = (a: number) => ({
    [`${embed}.lora_embedding_A`]: matrix(1, 5, a),
    [`${embed}.lora_embedding_B`]: matrix(3, 1, 1, 2, 3),
  });
  const config = { r: 1, target_modules: ['embed_tokens'] };
  adapterFolder(at('copied-plus'), { ...factors(1), ...copies }, config);
  adapterFolder(at('copied-minus'), { ...factors(3), ...copies }, config);
  const recipe = {
    base: 'base',
    positive: 'copied-plus',
    negative: 'copied-minus',
    target: 'base+copied-plus',
  };
  const { outputs } = await write(recipe, { format: 'auto' });
  expect(outputs[0]).toMatchObject({ format: 'adapter', rank: 3 });
  expect([...readModel(outputs[0]?.path ?? '').keys()]).toEqual([
    `base_model.model.${embed}.lora_embedding_A`,
    `base_model.model.${embed}.lora_embedding_B`,
  ]);
});

test('what says how checkpoints are written means nothing for an adapter, and that is said', async () => {
  const output = { dtype: 'bfloat16', rounding: 'stochastic' };
  const { warnings } = await write({ ...pair, output }, { format: 'adapter' });
  expect(warnings).toMatchObject([{ code: 'idle-key' }]);
  expect(warnings?.[0]?.message).toMatch(/^dtype: bfloat16, rounding: stochastic: /);
});

test('factors that are not finite are counted', async () => {
  adapterFolder(
    at('odd'),
    { [`${q}.lora_A.weight`]: matrix(1, 3, NaN, 1, 1), [`${q}.lora_B.weight`]: matrix(2, 1, 1) },
    { r: 1 },
  );
  const { warnings } = await write(
    { base: 'base', positive: 'odd', negative: 'minus' },
    { format: 'adapter' },
  );
  expect(warnings).toMatchObject([{ code: 'not-finite', message: expect.stringMatching(/^1 elements/) }]);
});

test('two checkpoints without a base: what is missing is the base', async () => {
  const run = write({ positive: 'full', negative: 'full-q' }, { format: 'auto' });
  await expect(run).rejects.toMatchObject({ code: 'base-not-found' });
});

test('an adapter on another base than the one it names is warned of; on a copy of that one it is not', async () => {
  const weights = (value: number) => ({ [`${q}.weight`]: matrix(2, 3, value) });
  for (const [name, value] of [
    ['own', 1],
    ['copy', 1],
    ['chat', 2],
  ] as const)
    checkpointFolder(at(name), weights(value));
  const config = { r: 1, base_model_name_or_path: '../own' };
  adapterFolder(at('named'), lora(q, 1, 2, 3), config);
  const recipe = { positive: 'named', negative: 'base' };
  expect((await write({ ...recipe, base: 'own' })).warnings).toBeUndefined();
  expect((await write({ ...recipe, base: 'copy' })).warnings).toBeUndefined();
  const { warnings } = await write({ ...recipe, base: 'chat' });
  expect(warnings).toMatchObject([{ code: 'other-base', file: at('named') }]);
});
