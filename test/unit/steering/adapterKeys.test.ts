import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { readJson } from '../../support/json.ts';
import { adapterFolder, checkpointFolder, matrix, vector } from '../../support/modelFolders.ts';
import { readModel, valuesOf } from '../../support/readTensors.ts';
import { scene } from './scene.ts';

const { at, write } = scene();

function keysOf(path: string): Record<string, readonly number[]> {
  return Object.fromEntries(
    [...readModel(path)].map(([name, { shape }]) => [name.replace('base_model.model.', ''), shape]),
  );
}

const module = 'transformer.h.0.attn.c_attn';

const attention = (a: number) => ({
  [`${module}.lora_A.weight`]: matrix(1, 3, a),
  [`${module}.lora_B.weight`]: matrix(6, 1, 1),
});

const heads = (a: number) => ({
  'lm_head.lora_A.weight': matrix(1, 3, a),
  'lm_head.lora_B.weight': matrix(4, 1, 1),
});

const flat = (a: number) => ({ [`${module}.base_layer.bias`]: vector(a, a, a, a, a, a) });

const lora = (module: string, a: number, rows = 2) => ({
  [`${module}.lora_A.weight`]: matrix(1, 3, a),
  [`${module}.lora_B.weight`]: matrix(rows, 1, a),
});

const tokens = (a: number) => ({
  'model.embed_tokens.lora_embedding_A': matrix(1, 5, a),
  'model.embed_tokens.lora_embedding_B': matrix(3, 1, 7),
});

describe('the head of a tied model', () => {
  beforeAll(() => {
    checkpointFolder(
      at('tied'),
      { 'model.embed_tokens.weight': matrix(5, 3, 1), 'model.norm.weight': vector(1) },
      { tie_word_embeddings: true },
    );
    adapterFolder(at('one'), tokens(2), { r: 1, ensure_weight_tying: true });
    adapterFolder(at('two'), tokens(3), { r: 1, ensure_weight_tying: true });
  });

  test('takes the factors of the embedding the way a linear layer has them', async () => {
    const { outputs } = await write({ base: 'tied', positive: 'one', negative: 'two' }, { format: 'auto' });
    const path = outputs[0]?.path ?? '';
    expect(keysOf(path)).toEqual({
      'model.embed_tokens.lora_embedding_A': [2, 5],
      'model.embed_tokens.lora_embedding_B': [3, 2],
      'lm_head.lora_A.weight': [2, 3],
      'lm_head.lora_B.weight': [5, 2],
    });
    const B = readModel(path).get('base_model.model.lm_head.lora_B.weight');
    expect(B && [...valuesOf(B)].slice(0, 2)).toEqual([2, -3]);
    expect(readJson(join(path, 'adapter_config.json'))).toMatchObject({ fan_in_fan_out: false });
  });
});

describe('a checkpoint without the prefix of its model', () => {
  beforeAll(() => {
    checkpointFolder(
      at('bare'),
      {
        'wte.weight': matrix(4, 3, 1),
        'h.0.attn.c_attn.weight': matrix(3, 6, 1),
        'h.0.attn.c_attn.bias': vector(1, 1, 1, 1, 1, 1),
      },
      { model_type: 'gpt2' },
    );
    checkpointFolder(
      at('tuned'),
      {
        'wte.weight': matrix(4, 3, 2),
        'h.0.attn.c_attn.weight': matrix(3, 6, 1),
        'h.0.attn.c_attn.bias': vector(1, 1, 1, 1, 1, 1),
      },
      { model_type: 'gpt2' },
    );
    for (const [name, a] of [
      ['plus', 2],
      ['minus', 5],
    ] as const) {
      adapterFolder(at(`${name}-head`), { ...heads(a), ...attention(a) }, { r: 1 });
      adapterFolder(at(`${name}-bias`), { ...flat(a), ...attention(a) }, { r: 1, bias: 'all' });
    }
  });

  test.each<[what: string, recipe: object, keys: readonly string[]]>([
    [
      'the head stands outside of the prefix',
      { positive: 'plus-head', negative: 'minus-head' },
      [
        'lm_head.lora_A.weight',
        'lm_head.lora_B.weight',
        `${module}.lora_A.weight`,
        `${module}.lora_B.weight`,
      ],
    ],
    [
      'the head alone shows nothing of it',
      { positive: 'plus-head', negative: 'minus-head', modules: ['head'] },
      ['lm_head.lora_A.weight', 'lm_head.lora_B.weight'],
    ],
    [
      'biases show it too',
      { positive: 'plus-bias', negative: 'minus-bias', include: ['*.bias'] },
      [`${module}.bias`],
    ],
    [
      'and without an adapter it is known',
      { positive: 'tuned', negative: 'base', modules: ['embeddings'] },
      ['lm_head.weight', 'transformer.wte.weight'],
    ],
  ])('%s', async (_, recipe, keys) => {
    const { outputs } = await write({ base: 'bare', ...recipe }, { format: 'adapter' });
    expect(Object.keys(keysOf(outputs[0]?.path ?? '')).toSorted()).toEqual(keys.toSorted());
  });
});

describe('without a base', () => {
  const q = 'model.layers.0.self_attn.q_proj';

  beforeAll(() => {
    adapterFolder(at('a'), lora(q, 2), { r: 1 });
    adapterFolder(at('b'), lora(q, 3), { r: 1 });
    adapterFolder(at('task'), { ...lora(q, 5), ...lora('lm_head', 7, 4) }, { r: 1 });
    adapterFolder(at('other'), lora(q, 5, 9), { r: 1 });
    adapterFolder(at('norms'), { ...lora(q, 5), 'model.norm.weight': vector(1, 2) }, { r: 1 });
  });

  test('an adapter that is steered is in the result, beside w', async () => {
    const recipe = { positive: 'a', negative: 'b', target: 'task' };
    const { outputs } = await write(recipe, { strengths: [10], format: 'auto' });
    expect(outputs[0]).toMatchObject({ format: 'adapter', rank: 3, tensors: { changed: 2 } });
    const B = readModel(outputs[0]?.path ?? '').get(`base_model.model.${q}.lora_B.weight`);
    expect(B && [...valuesOf(B)]).toEqual([5, 20, -30, 5, 20, -30]);
  });

  test.each([
    ['other', 'shape-mismatch'],
    ['norms', 'not-low-rank'],
  ])('one that cannot be (%s) is refused', async (target, code) => {
    const recipe = { positive: 'a', negative: 'b', target };
    await expect(write(recipe, { format: 'auto' })).rejects.toMatchObject({ code });
  });
});
