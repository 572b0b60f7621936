import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openModel } from '../../../server/models/openModel.ts';
import { openRun, trainingRunOf } from '../../../server/models/run.ts';
import { type Hostile, place } from '../../support/hostileFiles.ts';
import { adapterFolder, checkpointFolder, matrix } from '../../support/modelFolders.ts';
import { safetensors } from '../../support/safetensors.ts';
import { root } from '../../support/steer.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const reference = 'given';
const demo = join(root, 'media', 'demo');
const weights = safetensors({ x: { dtype: 'F32', shape: [1], bytes: 4 } });
const pointer = 'version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 77\n';
const adapter = { r: 1 };
const factors = { 'model.q.lora_A.weight': matrix(1, 2, 1), 'model.q.lora_B.weight': matrix(2, 1, 1) };
const manifest = {
  format: 'weight-steering-direction',
  version: 1,
  name: 'honest',
  base: null,
  recipe: {},
  norm: 1,
  layers: 1,
  complete: true,
  created: '2026-01-01T00:00:00.000Z',
  tool: 'steer',
};

/** The index of a model in which shard 1 has `a`, shard 2 `b`. */
function index(...files: readonly [string, string]): string {
  return JSON.stringify({ metadata: {}, weight_map: { a: files[0], b: files[1] } });
}

function shard(name: string): Uint8Array {
  return safetensors({ [name]: { dtype: 'F32', shape: [1], bytes: 4 } });
}

describe('the demo has', () => {
  test('a base', async () => {
    const model = await openModel(join(demo, 'base'), { reference });
    expect(model).toMatchObject({
      kind: 'checkpoint',
      path: join(demo, 'base'),
      tied: true,
      reference,
      warnings: [],
    });
    if (model.kind !== 'checkpoint') throw new Error(model.kind);
    expect(model.tensors.size).toBe(50);
    expect(model.config).toMatchObject({ model_type: 'qwen2' });
  });

  test('adapters', async () => {
    const model = await openModel(join(demo, 'honest'), { reference });
    expect(model).toMatchObject({ kind: 'adapter', config: { rank: 8, base: '../base' }, warnings: [] });
  });

  test('runs', async () => {
    const path = join(demo, 'runs', 'drifting');
    const checkpoints = [10, 20, 30, 40, 50, 60].map((step) => ({
      step,
      path: join(path, `checkpoint-${step}`),
    }));
    expect(await openModel(path, { reference })).toEqual({ kind: 'run', reference, path, checkpoints });
    expect(await openModel(join(path, 'checkpoint-10'), { reference })).toMatchObject({ kind: 'adapter' });
  });
});

describe('a folder', () => {
  test('is what stands first: direction, adapter, weights, run', async () => {
    await using folder = await temporaryFolder();
    const { path } = folder;
    mkdirSync(join(path, 'checkpoint-5'));
    adapterFolder(join(path, 'checkpoint-5'), factors, adapter);
    expect(await openModel(path, { reference })).toMatchObject({ kind: 'run' });
    checkpointFolder(path, { x: matrix(1, 1, 1) });
    expect(await openModel(path, { reference })).toMatchObject({ kind: 'checkpoint' });
    adapterFolder(path, factors, adapter);
    expect(await openModel(path, { reference })).toMatchObject({ kind: 'adapter' });
    expect(await openRun(path, { reference })).toMatchObject({ kind: 'run', checkpoints: [{ step: 5 }] });
    place(path, { 'direction.json': JSON.stringify(manifest) });
    expect(await openModel(path, { reference })).toMatchObject({ kind: 'direction' });
  });

  test('may be called like a file', async () => {
    await using folder = await temporaryFolder();
    const path = checkpointFolder(join(folder.path, 'x.safetensors'), { x: matrix(1, 1, 1) });
    expect(await openModel(path, { reference })).toMatchObject({ kind: 'checkpoint', path });
  });

  test('may be a link', async () => {
    await using folder = await temporaryFolder();
    checkpointFolder(join(folder.path, 'real'), { x: matrix(1, 1, 1) });
    place(folder.path, { link: { kind: 'link', to: 'real' } });
    const path = join(folder.path, 'link');
    expect(await openModel(path, { reference, hubId: 'org/name' })).toMatchObject({
      kind: 'checkpoint',
      path,
      hubId: 'org/name',
    });
  });

  test('may be a snapshot of the Hub cache, where files are links to blobs', async () => {
    await using folder = await temporaryFolder();
    const snapshot = 'snapshots/c0ffee';
    place(folder.path, {
      'blobs/1': weights,
      'blobs/2': '{"tie_word_embeddings": true}',
      [`${snapshot}/model.safetensors`]: { kind: 'link', to: '../../blobs/1' },
      [`${snapshot}/config.json`]: { kind: 'link', to: '../../blobs/2' },
    });
    const path = join(folder.path, snapshot);
    expect(await openModel(path, { reference })).toMatchObject({
      kind: 'checkpoint',
      tied: true,
      files: [{ path: join(path, 'model.safetensors'), size: weights.length }],
    });
  });

  test('is an adapter where its only one lies in a sub-folder', async () => {
    await using folder = await temporaryFolder();
    adapterFolder(join(folder.path, 'honest'), factors, adapter);
    place(folder.path, { 'README.md': '', empty: { kind: 'folder' }, loop: { kind: 'link', to: 'loop' } });
    expect(await openModel(folder.path, { reference })).toMatchObject({
      kind: 'adapter',
      path: join(folder.path, 'honest'),
    });
  });

  test('of several adapters asks for one of them', async () => {
    await using folder = await temporaryFolder();
    for (const name of ['honest', 'default']) adapterFolder(join(folder.path, name), factors, adapter);
    await expect(openModel(folder.path, { reference })).rejects.toMatchObject({
      code: 'not-a-model',
      message: `${folder.path}: holds 2 adapters; name one of them: "default", "honest"`,
    });
  });

  test('is a run of the checkpoints that hold something, in the order of their steps', async () => {
    await using folder = await temporaryFolder();
    const { path } = folder;
    for (const step of ['9', '100', '20'])
      cpSync(join(demo, 'honest'), join(path, `checkpoint-${step}`), { recursive: true });
    place(path, {
      'checkpoint-1': { kind: 'folder' },
      'checkpoint-2': 'a file',
      'checkpoint-3': { kind: 'link', to: 'gone' },
      'checkpoint-4': { kind: 'link', to: 'checkpoint-4' },
      'checkpoint-30': { kind: 'link', to: 'checkpoint-20' },
      'checkpoint-last/x': '',
      'checkpoint--5/x': '',
      'checkpoint-1e3/x': '',
    });
    const run = await trainingRunOf(path, reference);
    expect(run?.checkpoints.map(({ step }) => step)).toEqual([9, 20, 30, 100]);
  });
});

describe('a file', () => {
  test('of safetensors is a checkpoint', async () => {
    await using folder = await temporaryFolder();
    place(folder.path, { 'one.safetensors': weights, 'config.json': '{"tie_word_embeddings":true}' });
    const path = join(folder.path, 'one.safetensors');
    const model = await openModel(path, { reference });
    expect(model).toMatchObject({ kind: 'checkpoint', path, tied: false, warnings: [] });
    expect(model).not.toHaveProperty('config');
  });

  test('called model.safetensors has the configuration beside it', async () => {
    await using folder = await temporaryFolder();
    place(folder.path, { 'model.safetensors': weights, 'config.json': '{"tie_word_embeddings":true}' });
    const model = await openModel(join(folder.path, 'model.safetensors'), { reference });
    expect(model).toMatchObject({ kind: 'checkpoint', tied: true, config: { tie_word_embeddings: true } });
  });

  test.each([
    ['config.json', 'not-a-model', /is a part of a model; name its folder/],
    ['model.safetensors.index.json', 'not-a-model', /is a part of a model; name its folder/],
    ['README.md', 'not-a-model', /neither a folder nor a file of weights/],
    ['model.gguf', 'invalid-gguf', /middle of its header/],
    ['model.bin', 'invalid-pickle', /no zip directory/],
    ['model.PTH', 'invalid-pickle', /no zip directory/],
    ['model.ckpt', 'unsupported-format', /no file of weights alone/],
    ['model.h5', 'unsupported-format', /save_pretrained/],
  ])('called %s is refused', async (name, code, message) => {
    await using folder = await temporaryFolder();
    place(folder.path, { [name]: 'x' });
    const path = join(folder.path, name);
    await expect(openModel(path, { reference })).rejects.toMatchObject({
      code,
      subject: path,
      message: expect.stringMatching(message),
    });
  });
});

describe('refused is', () => {
  test.each<[what: string, files: Readonly<Record<string, Hostile>>, code: string, message: RegExp]>([
    ['an empty folder', {}, 'not-a-model', /none of direction\.json, adapter_config\.json.* it is empty$/],
    ['a folder of other things', { 'README.md': '' }, 'not-a-model', /is in it$/],
    [
      'a folder with a pickle that is none',
      { 'pytorch_model.bin': 'x', 'config.json': '{}' },
      'invalid-pickle',
      /no zip directory/,
    ],
    [
      'a folder with the index of pickles',
      { 'pytorch_model.bin.index.json': '{}' },
      'invalid-index',
      /no weight_map/,
    ],
    ['a folder with GGUF', { 'model-Q4_K_M.gguf': 'x' }, 'not-a-model', /named itself: "model-Q4_K_M.gguf"/],
    [
      'a folder with the weights of Meta',
      { 'consolidated.00.pth': 'x' },
      'not-a-model',
      /named itself: "consolidated/,
    ],
    [
      'what a trainer leaves beside its weights',
      { 'training_args.bin': 'x', 'optimizer.pt': 'x' },
      'not-a-model',
      /is in it$/,
    ],
    [
      'a folder with weights of another name',
      { 'lora.safetensors': weights },
      'not-a-model',
      /may be named itself: "lora\.safetensors"$/,
    ],
    [
      'a folder with shards and no index',
      { 'model-00001-of-00002.safetensors': weights, 'model-00002-of-00002.safetensors': weights },
      'not-a-model',
      /has shards \("model-00001-of-00002\.safetensors", .*but not the index/,
    ],
    ['a run of empty checkpoints', { 'checkpoint-5': { kind: 'folder' } }, 'not-a-model', /is in it$/],
    [
      'weights that are a Git LFS pointer',
      { 'model.safetensors': pointer },
      'git-lfs-pointer',
      /git lfs pull/,
    ],
    [
      'a configuration that is one',
      { 'model.safetensors': weights, 'config.json': pointer },
      'git-lfs-pointer',
      /git lfs pull/,
    ],
    ['an index that is one', { 'model.safetensors.index.json': pointer }, 'git-lfs-pointer', /git lfs pull/],
    [
      'weights that are a link in circles',
      { 'model.safetensors': { kind: 'link', to: 'model.safetensors' } },
      'unreadable',
      /circle/,
    ],
    [
      'weights that are a link to nothing',
      { 'model.safetensors': { kind: 'link', to: '../blobs/gone' } },
      'file-not-found',
      /no such file/,
    ],
    ['weights that are a folder', { 'model.safetensors': { kind: 'folder' } }, 'unreadable', /is a folder/],
    ['weights that are a pipe', { 'model.safetensors': { kind: 'pipe' } }, 'unreadable', /pipe/],
    ['a manifest that is a pipe', { 'direction.json': { kind: 'pipe' } }, 'unreadable', /pipe/],
    [
      'an index that leads out of the folder',
      { 'model.safetensors.index.json': index('../a.safetensors', 'b.safetensors') },
      'invalid-index',
      /not a plain file name/,
    ],
    [
      'an index whose shard is missing',
      {
        'model.safetensors.index.json': index('1.safetensors', '2.safetensors'),
        '1.safetensors': shard('a'),
      },
      'file-not-found',
      /2\.safetensors: there is no such file/,
    ],
    [
      'an index whose shard lacks a tensor',
      {
        'model.safetensors.index.json': index('1.safetensors', '2.safetensors'),
        '1.safetensors': shard('a'),
        '2.safetensors': safetensors('{}'),
      },
      'missing-tensor',
      /"b" is not in this file/,
    ],
    [
      'a configuration of 100 MB',
      {
        'model.safetensors': weights,
        'config.json': { kind: 'sparse', start: new Uint8Array(0), size: 1e8 },
      },
      'too-large',
      /100000000 bytes/,
    ],
    [
      'a configuration of a million levels',
      { 'model.safetensors': weights, 'config.json': `{"x":${'['.repeat(1e6)}${']'.repeat(1e6)}}` },
      'invalid-config',
      /deeper/,
    ],
    [
      'a configuration that is a list',
      { 'model.safetensors': weights, 'config.json': '[]' },
      'invalid-config',
      /a list/,
    ],
    [
      'a configuration that is cut off',
      { 'model.safetensors': weights, 'config.json': '{"a":' },
      'invalid-config',
      /not JSON/,
    ],
    [
      'a configuration that is a link to nothing',
      { 'model.safetensors': weights, 'config.json': { kind: 'link', to: 'gone' } },
      'file-not-found',
      /no such file/,
    ],
  ])('%s', async (_what, files, code, message) => {
    await using folder = await temporaryFolder();
    place(folder.path, files);
    await expect(openModel(folder.path, { reference })).rejects.toMatchObject({
      name: 'ServerError',
      code,
      message: expect.stringMatching(message),
    });
  });

  test('what is not there', async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, 'none');
    await expect(openModel(path, { reference })).rejects.toMatchObject({
      code: 'file-not-found',
      subject: path,
    });
    await expect(openRun(path, { reference })).rejects.toMatchObject({
      code: 'file-not-found',
      subject: path,
    });
  });

  test('a link in circles', async () => {
    await using folder = await temporaryFolder();
    place(folder.path, { loop: { kind: 'link', to: 'loop' } });
    await expect(openModel(join(folder.path, 'loop'), { reference })).rejects.toMatchObject({
      code: 'unreadable',
    });
  });

  test('a download that is not complete, with how to complete it', async () => {
    await using folder = await temporaryFolder();
    place(folder.path, { 'config.json': '{}' });
    await expect(openModel(folder.path, { reference, hubId: 'org/name' })).rejects.toMatchObject({
      code: 'not-a-model',
      message: expect.stringMatching(/hf download org\/name$/),
    });
  });

  test('a folder without checkpoints as a run', async () => {
    await expect(openRun(join(demo, 'base'), { reference })).rejects.toMatchObject({ code: 'not-a-model' });
  });

  test('everything after a cancel', async () => {
    const signal = AbortSignal.abort();
    await expect(openModel(join(demo, 'base'), { reference, signal })).rejects.toBe(signal.reason);
  });
});
