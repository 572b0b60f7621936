import { join } from 'node:path';
import { expect, test } from 'vitest';
import { inspect } from '../../../server/analysis/inspect.ts';
import { root } from '../../support/steer.ts';
import { scene } from './scene.ts';

const here = scene();
const demo = join(root, 'media/demo');

test('a checkpoint is its tensors and its configuration', async () => {
  const result = inspect(await here.open(join(demo, 'base')));
  expect(result).toMatchObject({
    kind: 'checkpoint',
    path: join(demo, 'base'),
    format: 'safetensors',
    adapter: null,
  });
  expect(result).toMatchObject({ parameters: 1_010_560, bytes: 2_021_120, config: { hidden_size: 128 } });
  expect(result.tensors[0]).toEqual({
    name: 'model.embed_tokens.weight',
    dtype: 'BF16',
    shape: [1734, 128],
    bytes: 443_904,
    file: 'model.safetensors',
  });
});

test('an adapter is its factors by the names they are stored under', async () => {
  const result = inspect(await here.open(join(demo, 'honest')));
  expect(result).toMatchObject({ kind: 'adapter', config: null, adapter: { r: 8, lora_alpha: 4 } });
  expect(result.tensors).toHaveLength(56);
  expect(result.tensors[0]).toMatchObject({
    dtype: 'F32',
    shape: [8, 384],
    file: 'adapter_model.safetensors',
  });
  expect(result.tensors.map(({ name }) => name)).toContain(
    'base_model.model.model.layers.3.self_attn.v_proj.lora_B.weight',
  );
});

test('a training run is its checkpoints in the order of their steps', async () => {
  const { kind, tensors, checkpoints } = inspect(await here.open(join(demo, 'runs/control')));
  expect({ kind, tensors }).toEqual({ kind: 'run', tensors: [] });
  expect(checkpoints?.map(({ step }) => step)).toEqual([10, 20, 30, 40, 50, 60]);
});

test('a weights file by itself is a file', async () => {
  const path = here.file('some.safetensors', { 'a b': { dtype: 'F4', shape: [2, 2], bytes: 2 } });
  expect(inspect(await here.open(path))).toEqual({
    kind: 'file',
    path,
    format: 'safetensors',
    parameters: 4,
    bytes: 2,
    tensors: [{ name: 'a b', dtype: 'F4', shape: [2, 2], bytes: 2, file: path }],
    config: null,
    adapter: null,
  });
});
