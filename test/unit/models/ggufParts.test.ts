import { cpSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { openModel } from '../../../server/models/openModel.ts';
import { ggufFile, text, u32 } from '../../support/ggufFile.ts';
import { root } from '../../support/steer.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

/** A model that gguf's own writer has cut into three files. */
const fixtures = join(root, 'test/fixtures/gguf');
const folder = await temporaryFolder();
afterAll(() => folder[Symbol.asyncDispose]());
const names = [1, 2, 3].map((number) => `parts-0000${number}-of-00003.gguf`);
const [first = '', second = '', third = ''] = names;

function placed(name: string): (file: string) => string {
  for (const each of names) cpSync(join(fixtures, each), join(folder.path, name, each));
  return (file) => join(folder.path, name, file);
}

function changed(path: string, change: (bytes: Buffer) => void): void {
  const bytes = readFileSync(path);
  change(bytes);
  writeFileSync(path, bytes);
}

async function open(path: string) {
  const model = await openModel(path, { reference: path });
  if (model.kind !== 'checkpoint') throw new Error('It is no checkpoint.');
  return model;
}

test('is one model, with its tensors in the files that have them', async () => {
  const at = placed('good');
  const whole = await open(join(fixtures, 'llama-F32.gguf'));
  for (const name of names) {
    const { path, files, tensors, config, tied } = await open(at(name));
    expect({ path, config, tied }).toEqual({ path: at(first), config: whole.config, tied: whole.tied });
    expect(files.map((file) => file.path)).toEqual(names.map(at));
    expect([...tensors.keys()]).toEqual([...whole.tensors.keys()]);
    expect(tensors.get('model.embed_tokens.weight')?.file).toBe(at(first));
    expect(tensors.get('model.layers.0.mlp.down_proj.weight')?.file).toBe(at(third));
  }
});

test.each<[string, string, RegExp, (at: (file: string) => string) => string]>([
  [
    'a part that is not there',
    'file-not-found',
    /parts-00002-of-00003\.gguf/,
    (at) => {
      rmSync(at(second));
      return at(first);
    },
  ],
  [
    'a part by another name',
    'unsupported-format',
    /is one of 3 parts, and its name does not end in -0000N-of-00003\.gguf/,
    (at) => {
      renameSync(at(first), at('model.gguf'));
      return at('model.gguf');
    },
  ],
  [
    'a part in the place of another',
    'invalid-gguf',
    /parts-00002-of-00003\.gguf: does not say that it is part 2 of 3/,
    (at) => {
      cpSync(at(third), at(second));
      return at(first);
    },
  ],
  [
    'a whole model in the place of a part',
    'invalid-gguf',
    /parts-00003-of-00003\.gguf: does not say that it is part 3 of 3/,
    (at) => {
      cpSync(join(fixtures, 'llama-F32.gguf'), at(third));
      return at(first);
    },
  ],
  [
    'a tensor in two parts',
    'invalid-gguf',
    /has the tensor "blk\.0\.attn_q\.weight", which another part has too/,
    (at) => {
      changed(at(second), (bytes) => bytes.write('q', bytes.indexOf('attn_v') + 5));
      return at(first);
    },
  ],
  [
    'another number of tensors than is said',
    'invalid-gguf',
    /parts-00001-of-00003\.gguf: says that all parts together have 12 tensors; they have 13/,
    (at) => {
      const key = 'split.tensors.count';
      changed(at(first), (bytes) => bytes.writeUInt8(12, bytes.indexOf(key) + key.length + 4));
      return at(second);
    },
  ],
])('%s is refused', async (what, code, message, spoil) => {
  const path = spoil(placed(what));
  await expect(open(path)).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
});

test('two tensors that would have one name in transformers are refused', async () => {
  const path = join(folder.path, 'twins.gguf');
  const architecture = ['general.architecture', u32(8), text('llama')] as const;
  const tensor = { sizes: [4n], type: 0 };
  const tensors = [
    { ...tensor, name: 'output_norm.weight', offset: 0n },
    { ...tensor, name: 'model.norm.weight', offset: 32n },
  ];
  writeFileSync(path, ggufFile({ values: [architecture], tensors, data: 64 }));
  await expect(open(path)).rejects.toMatchObject({
    code: 'invalid-gguf',
    message: expect.stringContaining('two tensors that are "model.norm.weight" in transformers'),
  });
});
