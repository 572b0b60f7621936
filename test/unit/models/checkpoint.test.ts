import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openCheckpoint } from '../../../server/models/checkpoint.ts';
import { type Hostile, place } from '../../support/hostileFiles.ts';
import { safetensors, type TensorSpec } from '../../support/safetensors.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const reference = 'models/base';
const embedding: TensorSpec = { 'model.embed_tokens.weight': { dtype: 'BF16', shape: [2, 1], bytes: 4 } };
const head: TensorSpec = { 'lm_head.weight': { dtype: 'BF16', shape: [2, 1], bytes: 4 } };

/** The whole of a folder with `model.safetensors`, unless other files are given. */
async function opened(files: Readonly<Record<string, Hostile>>, tensors: TensorSpec = embedding) {
  await using folder = await temporaryFolder();
  place(folder.path, { 'model.safetensors': safetensors(tensors), ...files });
  return { checkpoint: await openCheckpoint(folder.path, { reference }), folder: folder.path };
}

function config(text: object | string): Readonly<Record<string, Hostile>> {
  return { 'config.json': typeof text === 'string' ? text : JSON.stringify(text) };
}

describe('a checkpoint', () => {
  test('knows its files by size, time, and the hash of their headers', async () => {
    await using folder = await temporaryFolder();
    const shards = [safetensors(head, { format: 'pt' }), safetensors(embedding)] as const;
    const names = ['model-00001-of-00002.safetensors', 'model-00002-of-00002.safetensors'] as const;
    const map = { 'model.embed_tokens.weight': names[1], 'lm_head.weight': names[0] };
    place(folder.path, {
      [names[0]]: shards[0],
      [names[1]]: shards[1],
      'model.safetensors.index.json': JSON.stringify({ metadata: { total_size: 8 }, weight_map: map }),
      ...config({ model_type: 'llama' }),
    });
    const { files, tensors, tied, warnings } = await openCheckpoint(folder.path, { reference });
    expect(files).toEqual(
      names.map((name, index) => ({
        path: join(folder.path, name),
        size: shards[index]?.length,
        modifiedMilliseconds: statSync(join(folder.path, name)).mtimeMs,
        headerSha256: createHash('sha256')
          .update(shards[index]?.subarray(0, -4) ?? '')
          .digest('hex'),
        metadata: new Map(index === 0 ? [['format', 'pt']] : []),
        tensors: [index === 0 ? 'lm_head.weight' : 'model.embed_tokens.weight'],
      })),
    );
    expect([...tensors.keys()]).toEqual(['lm_head.weight', 'model.embed_tokens.weight']);
    expect({ tied, warnings }).toEqual({ tied: false, warnings: [] });
  });

  test('has names that are data', async () => {
    const name = '__proto__';
    const odd: TensorSpec = Object.fromEntries(
      [name, 'constructor', 'a b/../c', '層'].map((each) => [each, { dtype: 'U8', shape: [1], bytes: 1 }]),
    );
    const { checkpoint } = await opened(config('{"__proto__": {"tie_word_embeddings": true}}'), odd);
    expect([...checkpoint.tensors.keys()].toSorted()).toEqual(
      ['__proto__', 'a b/../c', 'constructor', '層'].toSorted(),
    );
    expect(checkpoint.tied).toBe(false);
    expect(Object.hasOwn(checkpoint.config ?? {}, '__proto__')).toBe(true);
  });

  test('is read from its one file where there is an index too, aloud', async () => {
    const { checkpoint, folder } = await opened({
      ...config({}),
      'model.safetensors.index.json': 'not even JSON',
    });
    expect(checkpoint.files.map(({ path }) => path)).toEqual([join(folder, 'model.safetensors')]);
    expect(checkpoint.warnings).toEqual([
      {
        code: 'index-ignored',
        message: expect.stringMatching(/single file is read/),
        file: join(folder, 'model.safetensors.index.json'),
      },
    ]);
  });

  test('may lack its configuration, aloud', async () => {
    const { checkpoint, folder } = await opened({});
    expect(checkpoint).not.toHaveProperty('config');
    expect(checkpoint.warnings).toEqual([
      { code: 'no-config', message: expect.stringMatching(/There is no config\.json/), file: folder },
    ]);
  });

  test('whose configuration ties the embeddings has a head of its own where one is stored, aloud', async () => {
    const { checkpoint, folder } = await opened(config({ tie_word_embeddings: true }), {
      ...embedding,
      ...head,
    });
    expect(checkpoint.tied).toBe(false);
    expect(checkpoint.warnings).toEqual([
      {
        code: 'head-stored-although-tied',
        message: expect.stringMatching(/"lm_head\.weight" is stored all the same/),
        file: folder,
        tensor: 'lm_head.weight',
      },
    ]);
  });

  test('whose configuration ties the embeddings may have the head alone, which then is the one tensor', async () => {
    const { checkpoint } = await opened(config({ tie_word_embeddings: true }), head);
    expect([checkpoint.tied, checkpoint.warnings]).toEqual([false, []]);
  });

  test('that is not there is a failure as any', async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, 'none');
    await expect(openCheckpoint(path, { reference })).rejects.toMatchObject({
      code: 'file-not-found',
      subject: path,
    });
  });

  test('is not read after a cancel', async () => {
    await using folder = await temporaryFolder();
    place(folder.path, { 'model.safetensors': safetensors(embedding), ...config({}) });
    const signal = AbortSignal.abort();
    await expect(openCheckpoint(folder.path, { reference, signal })).rejects.toBe(signal.reason);
  });
});

describe('a configuration', () => {
  test.each<[what: string, text: string, value: unknown]>([
    ['infinity', '{"time_step_limit": [0.0, Infinity]}', { time_step_limit: [0, Infinity] }],
    ['minus infinity', '{"low": -Infinity}', { low: -Infinity }],
    ['what is no number', '{"x": NaN, "y": [NaN]}', { x: null, y: [null] }],
    [
      'words for those in text',
      String.raw`{"x": "Infinity", "y\"NaN": "a \\", "z": NaN}`,
      { x: 'Infinity', 'y"NaN': 'a \\', z: null },
    ],
    ['a key twice, of which the last counts', '{"x": 1, "x": 2}', { x: 2 }],
    ['a mark of byte order', '\uFEFF{"x": 1}', { x: 1 }],
    ['numbers too large for JavaScript', '{"x": 1e400}', { x: Infinity }],
  ])('may hold %s, as Python writes and reads it', async (_what, text, value) => {
    const { checkpoint } = await opened(config(text));
    expect(checkpoint.config).toEqual(value);
  });

  test.each<[what: string, file: Hostile, code: string, message: RegExp]>([
    ['nothing', '', 'invalid-config', /is not JSON/],
    ['text', '"llama"', 'invalid-config', /holds a string/],
    ['null', 'null', 'invalid-config', /holds null/],
    ['a lone word', '{"x": Infinit}', 'invalid-config', /is not JSON/],
    ['two objects', '{}{}', 'invalid-config', /is not JSON/],
    ['a byte that is not UTF-8', Uint8Array.of(0x7b, 0xff, 0x7d), 'invalid-config', /not valid UTF-8/],
    ['65 levels', `{"x":${'['.repeat(65)}${']'.repeat(65)}}`, 'invalid-config', /deeper than 64 levels/],
    [
      'objects of a hundred thousand levels',
      `${'{"x":'.repeat(1e5)}1${'}'.repeat(1e5)}`,
      'invalid-config',
      /deeper/,
    ],
    [
      'more than 4 MB',
      { kind: 'sparse', start: new Uint8Array(0), size: 2 ** 22 + 1 },
      'too-large',
      /4194305 bytes/,
    ],
  ])('is refused that holds %s', async (_what, file, code, message) => {
    await expect(opened({ 'config.json': file })).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
    });
  });
});
