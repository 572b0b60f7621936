import { copyFileSync, cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { inspect } from '../../../server/analysis/inspect.ts';
import { openModel } from '../../../server/models/openModel.ts';
import { contextFor } from '../../../server/workProcess/context.ts';
import { JobBuilder } from '../../../server/directions/jobBuilder.ts';
import { describeModels } from '../../../server/tasks/describeModel.ts';
import { checkpointFolder, matrix } from '../../support/modelFolders.ts';
import { readModel, valuesOf, weightsFiles } from '../../support/readTensors.ts';
import { scene } from './scene.ts';

const fixtures = fileURLToPath(new URL('../../fixtures/pickles', import.meta.url));
const { at, write } = scene();

beforeAll(() => {
  for (const name of ['sharded-base', 'sharded-plus', 'tied']) {
    cpSync(join(fixtures, name), at(name), { recursive: true });
  }
  writeFileSync(join(at('sharded-base'), 'tokenizer.json'), '{}');
});

const open = (name: string) => openModel(at(name), { reference: name });

describe('a checkpoint of pickles', () => {
  test('is inspected as one of safetensors', async () => {
    const { kind, format, parameters, tensors } = inspect(await open('sharded-base'));
    expect({ kind, format, parameters }).toEqual({ kind: 'checkpoint', format: 'pickle', parameters: 96 });
    expect(tensors[0]).toMatchObject({
      dtype: 'F16',
      shape: [4, 6],
      file: 'pytorch_model-00001-of-00002.bin',
    });
  });

  test('is steered into safetensors, with names of their own and an index', async () => {
    const recipe = { name: 'w', base: 'sharded-base', positive: 'sharded-plus', negative: 'base' };
    const { outputs } = await write(recipe, { strengths: [1, 0] });
    const [moved = '', still = ''] = outputs.map(({ path }) => path);
    const names = ['model-00001-of-00002.safetensors', 'model-00002-of-00002.safetensors'];
    expect(weightsFiles(moved)).toEqual(names);
    expect(readdirSync(moved)).toEqual(
      expect.arrayContaining(['config.json', 'model.safetensors.index.json', 'tokenizer.json']),
    );
    expect(readdirSync(moved).filter((name) => name.includes('.bin'))).toEqual([]);
    for (const [path, source] of [
      [moved, 'sharded-plus'],
      [still, 'sharded-base'],
    ] as const) {
      const checkpoint = await open(source);
      if (checkpoint.kind !== 'checkpoint') throw new Error('It is no checkpoint.');
      for (const [name, tensor] of readModel(path)) {
        const { file, offset, bytes } = checkpoint.tensors.get(name) ?? { file: '', offset: 0, bytes: 0 };
        const stored = readFileSync(file).subarray(offset, offset + bytes);
        expect([...valuesOf(tensor)]).toEqual([...valuesOf({ dtype: 'F16', shape: [], bytes: stored })]);
      }
    }
  });

  test('that ties its embeddings under two names of one storage has one tensor', async () => {
    const checkpoint = await open('tied');
    if (checkpoint.kind !== 'checkpoint') throw new Error('It is no checkpoint.');
    expect([[...checkpoint.tensors.keys()], checkpoint.tied, checkpoint.warnings]).toEqual([
      ['model.embed_tokens.weight'],
      true,
      [],
    ]);
  });

  test('is left alone where there is safetensors as well', async () => {
    const both = checkpointFolder(at('both'), { w: matrix(1, 2, 1) });
    copyFileSync(join(fixtures, 'tied', 'pytorch_model.bin'), join(both, 'pytorch_model.bin'));
    expect(inspect(await open('both'))).toMatchObject({ format: 'safetensors', parameters: 2 });
  });

  test('with a view in it refuses to move or copy that, by name', async () => {
    const recipe = { name: 'w', base: 'views', positive: 'views', negative: 'base' };
    cpSync(join(fixtures, 'tied'), at('views'), { recursive: true });
    copyFileSync(join(fixtures, 'protocol2.bin'), join(at('views'), 'pytorch_model.bin'));
    await expect(write(recipe, { strengths: [1] })).rejects.toMatchObject({
      code: 'unsupported-dtype',
      message: expect.stringMatching(
        /"(turned|every other)" is a view with the strides.*save it with contiguous\(\)/,
      ),
    });
  });
});

test('a factor that is a view is refused as one', () => {
  const layout = { kind: 'strided', strides: [1, 2] } as const;
  const factor = {
    name: 'A',
    dtype: 'F32',
    shape: [2, 2],
    file: '/a.bin',
    offset: 0,
    bytes: 16,
    layout,
  } as const;
  expect(() => new JobBuilder().plainOperand(factor)).toThrow(
    /"A" is a view with the strides \[1, 2\].*cannot be multiplied; save it with contiguous\(\)/,
  );
});

test('in a window that does not trust its folders no pickle is read', async () => {
  const settings = { device: 'cpu', hubCache: null, trusted: false, folders: [], bases: {} } as const;
  const { signal } = new AbortController();
  const [described] = await describeModels([at('tied')], contextFor(at('tied'), { signal, settings }));
  expect(described).toMatchObject({ ok: false, failure: { code: 'untrusted-workspace' } });
});
