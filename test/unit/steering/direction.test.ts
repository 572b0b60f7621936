import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { readJson } from '../../support/json.ts';
import { adapterFolder, checkpointFolder, matrix, vector } from '../../support/modelFolders.ts';
import { readArchive, readModel, valuesOf } from '../../support/readTensors.ts';
import { scene } from './scene.ts';

const q = 'model.layers.0.self_attn.q_proj';
const { at, write, contrast } = scene();

beforeAll(() => {
  checkpointFolder(at('base'), {
    [`${q}.weight`]: matrix(2, 2, 1),
    'model.norm.weight': vector(1, 1),
    'model.embed_tokens.weight': matrix(3, 2, 1),
  });
  checkpointFolder(at('full'), {
    [`${q}.weight`]: matrix(2, 2, 4),
    'model.norm.weight': vector(1, 1),
    'model.embed_tokens.weight': matrix(3, 2, 1),
  });
  const lora = (a: number) => ({
    [`${q}.lora_A.weight`]: matrix(1, 2, a),
    [`${q}.lora_B.weight`]: matrix(2, 1, 1),
  });
  adapterFolder(at('plus'), lora(2), { r: 1 });
  adapterFolder(at('minus'), lora(-1), { r: 1 });
});

test('factors are stored as an ordinary adapter, with a manifest', async () => {
  const result = await contrast(
    { name: 'w', base: 'base', positive: 'plus', negative: 'minus', strength: 7 },
    'low-rank',
  );
  // w is 3 everywhere on [2, 2].
  expect(result.norm).toBeCloseTo(6, 12);
  expect(result).toMatchObject({
    path: at('low-rank'),
    tensors: { lowRank: 1, dense: 0, zero: 2 },
    inputs: null,
  });
  expect(readdirSync(at('low-rank')).toSorted()).toEqual([
    'adapter_config.json',
    'adapter_model.safetensors',
    'direction.json',
    'steering.json',
  ]);
  expect(readJson(join(at('low-rank'), 'direction.json'))).toMatchObject({
    format: 'weight-steering-direction',
    version: 1,
    name: 'w',
    base: { reference: '../base', tensors: 3 },
    layers: 1,
    complete: true,
  });
  expect(readJson(join(at('low-rank'), 'adapter_config.json'))).toMatchObject({ r: 2, lora_alpha: 2 });
});

test('what is not low-rank is stored in float32, with the names of the base', async () => {
  const result = await contrast({ name: 'w', base: 'base', positive: 'full', negative: 'base' }, 'dense');
  expect(result).toMatchObject({ tensors: { lowRank: 0, dense: 3, zero: 0 } });
  expect(result.inputs).toEqual({ identical: 8 / 12, withinOneUlp: 8 / 12 });
  expect(result.norm).toBeCloseTo(6, 12);
  const { tensors } = readArchive(join(at('dense'), 'direction.safetensors'));
  const stored = tensors.get(`${q}.weight`);
  expect(stored && [...valuesOf(stored)]).toEqual([3, 3, 3, 3]);
  expect(readJson(join(at('dense'), 'direction.json'))).toMatchObject({ complete: false });
});

test('an adapter against a checkpoint is both, and they add up', async () => {
  const result = await contrast({ name: 'w', base: 'base', positive: 'plus', negative: 'full' }, 'both');
  expect(result).toMatchObject({ tensors: { lowRank: 1, dense: 3 } });
  // (1 + 2) − 4
  expect(result.norm).toBeCloseTo(2, 12);
  const applied = await write({ base: 'base', directions: [{ path: 'both' }] });
  const steered = readModel(applied.outputs[0]?.path ?? '').get(`${q}.weight`);
  expect(steered && [...valuesOf(steered)]).toEqual([0, 0, 0, 0]);
});

test('selection and schedule are stored applied; the strength is not', async () => {
  await contrast(
    {
      name: 'w',
      base: 'base',
      positive: 'full',
      negative: 'base',
      modules: ['q_proj'],
      schedule: [0.5],
      strength: 9,
    },
    'part',
  );
  const { tensors } = readArchive(join(at('part'), 'direction.safetensors'));
  expect([...tensors].map(([name, tensor]) => [name, ...valuesOf(tensor)])).toEqual([
    [`${q}.weight`, 1.5, 1.5, 1.5, 1.5],
  ]);
});

test('written as an output, a direction has all of k', async () => {
  const { outputs } = await write(
    { name: 'w', base: 'base', positive: 'full', negative: 'base' },
    { strengths: [2, -2], format: 'direction' },
  );
  const values = outputs.map(({ path }) => {
    const stored = readArchive(join(path, 'direction.safetensors')).tensors.get(`${q}.weight`);
    return stored && valuesOf(stored)[0];
  });
  expect(values).toEqual([6, -6]);
  expect(readJson(join(outputs[1]?.path ?? '', 'direction.json'))).toMatchObject({ norm: 12 });
});

test('several stored directions add up with their own strengths', async () => {
  await contrast({ name: 'one', base: 'base', positive: 'plus', negative: 'minus' }, 'one');
  await contrast({ name: 'two', base: 'base', positive: 'full', negative: 'base' }, 'two');
  const directions = [
    { path: 'one', strength: 2 },
    { path: 'two', strength: -1 },
  ];
  const { outputs } = await write({ base: 'base', directions }, { strengths: [10] });
  const steered = readModel(outputs[0]?.path ?? '').get(`${q}.weight`);
  expect(steered && [...valuesOf(steered)]).toEqual([31, 31, 31, 31]);
});

test('applied to another base, a direction says so', async () => {
  await contrast({ name: 'w', base: 'base', positive: 'full', negative: 'base', modules: ['q_proj'] }, 'own');
  checkpointFolder(at('bigger'), { [`${q}.weight`]: matrix(2, 2, 1), extra: vector(1) });
  const { warnings } = await write({ base: 'bigger', directions: [{ path: 'own' }] });
  expect(warnings).toMatchObject([{ code: 'other-base', file: at('own') }]);
  const same = await write({ base: 'base', directions: [{ path: 'own' }] });
  expect(same.warnings).toBeUndefined();
});
