import { join, sep } from 'node:path';
import { expect, test } from 'vitest';
import { classify } from '../../../extension/discovery/classify.ts';
import { contextKeys } from '../../../extension/ids.ts';
import { pathKeys } from '../../../extension/discovery/pathKeys.ts';

const at = (...paths: readonly string[]) => paths.map((path) => join(sep, 'w', ...path.split('/')));
const kinds = (...files: readonly string[]) =>
  classify(at(...files)).map(({ kind, path }) => `${kind} ${path.slice(3).split(sep).join('/')}`);

test.each([
  ['checkpoint m', 'm/model.safetensors'],
  ['checkpoint m', 'm/model.safetensors.index.json', 'm/model-00001-of-00002.safetensors'],
  ['checkpoint m', 'm/pytorch_model.bin'],
  ['checkpoint m', 'm/pytorch_model.bin.index.json', 'm/pytorch_model-00001-of-00002.bin'],
  ['checkpoint m/model-Q8_0.gguf', 'm/model-Q8_0.gguf'],
  ['adapter m', 'm/adapter_config.json', 'm/adapter_model.safetensors'],
  ['adapter m', 'm/adapter_config.json', 'm/model.safetensors'],
  ['direction m', 'm/direction.json', 'm/adapter_config.json', 'm/direction.safetensors'],
])('%s', (expected, ...files) => {
  expect(kinds(...files)).toEqual([expected]);
});

test.each([
  ['files that only look like weights', 'm/data.safetensors'],
  ['shards without their index', 'm/model-00001-of-00002.safetensors'],
  ['recipes', 'm/honest.steer.yaml'],
])('%s make no model', (_, ...files) => {
  expect(kinds(...files)).toEqual([]);
});

test('a folder of checkpoints is a training run, and its checkpoints are in it only, by step', () => {
  const files = at('r/checkpoint-100/model.safetensors', 'r/checkpoint-20/adapter_config.json');
  const [run, ...others] = classify(files);
  expect(others).toEqual([]);
  expect(run).toMatchObject({ kind: 'run', path: join(sep, 'w', 'r'), files: [] });
  expect(run?.checkpoints.map(({ kind, path }) => [kind, path.split(sep).at(-1)])).toEqual([
    ['adapter', 'checkpoint-20'],
    ['checkpoint', 'checkpoint-100'],
  ]);
});

test('each GGUF file is a model of its own', () => {
  const names = ['m/model.safetensors', 'm/model-F16.gguf', 'm/model-Q8_0.gguf'];
  expect(kinds(...names)).toEqual([
    'checkpoint m',
    'checkpoint m/model-F16.gguf',
    'checkpoint m/model-Q8_0.gguf',
  ]);
});

test('an adapter may be a training run too', () => {
  const [adapter] = classify(at('a/adapter_config.json', 'a/checkpoint-5/adapter_config.json'));
  expect(adapter).toMatchObject({ kind: 'adapter', checkpoints: [{ kind: 'adapter' }] });
});

test('models are in the order of the Explorer', () => {
  const files = ['run-10/model.safetensors', 'run-2/model.safetensors', 'Ä/model.safetensors'];
  expect(kinds(...files)).toEqual(['checkpoint Ä', 'checkpoint run-2', 'checkpoint run-10']);
});

test('menus see folders, the files that make them models, and checkpoints of runs', () => {
  const places = classify(
    at('b/model.safetensors', 'r/checkpoint-1/adapter_config.json', 'd/direction.json'),
  );
  expect(pathKeys(places)).toEqual({
    [contextKeys.modelPaths]: at('b', 'b/model.safetensors'),
    [contextKeys.adapterPaths]: at('r/checkpoint-1', 'r/checkpoint-1/adapter_config.json'),
    [contextKeys.directionPaths]: at('d', 'd/direction.json'),
    [contextKeys.runPaths]: at('r'),
  });
});

test('what is in no model is in no menu', () => {
  expect(Object.values(pathKeys([]))).toEqual([[], [], [], []]);
});
