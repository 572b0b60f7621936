import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createFineTune } from '../../../server/directions/fineTune.ts';
import { readAdapter } from '../../../server/models/adapter.ts';
import { openCheckpoint } from '../../../server/models/checkpoint.ts';
import { matchAdapter } from '../../../server/models/matchAdapter.ts';
import { adapterFolder, checkpointFolder, matrix, type Values } from '../../support/modelFolders.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const experts = 'model.layers.0.mlp.experts';

function cube(...shape: readonly number[]): Values {
  return { shape, values: Array(shape.reduce((count, size) => count * size, 1)).fill(1) };
}

const pair = (inputs: number, outputs: number, count = 3) => ({
  [`${experts}.lora_A.weight`]: matrix(2 * count, inputs, 1),
  [`${experts}.lora_B.weight`]: matrix(outputs, 2 * count, 1),
});

interface Case {
  readonly base: Readonly<Record<string, Values>>;
  readonly tensors: Readonly<Record<string, Values>>;
  readonly targets: readonly string[];
  readonly config?: object;
  readonly more?: object;
}

async function matched({ base, tensors, targets, config = {}, more = {} }: Case) {
  await using folder = await temporaryFolder();
  const on = checkpointFolder(join(folder.path, 'base'), base, config);
  const path = join(folder.path, 'adapter');
  adapterFolder(path, tensors, { r: 2, target_parameters: targets, target_modules: [], ...more });
  const adapter = await readAdapter(path, { reference: 'adapter' });
  return matchAdapter(adapter, await openCheckpoint(on, { reference: 'base' }));
}

describe('factors of bare parameters', () => {
  const both = { [`${experts}.up`]: cube(3, 8, 4), [`${experts}.down`]: cube(3, 4, 6) };

  test('go to the one parameter that they fit, among several', async () => {
    const found = await matched({ base: both, tensors: pair(6, 4), targets: ['experts.up', 'experts.down'] });
    expect(found.experts).toMatchObject([{ tensor: `${experts}.down`, transposed: false, rank: 2 }]);
  });

  test('are turned where the base has them as [experts, in, out]', async () => {
    const found = await matched({ base: both, tensors: pair(8, 4), targets: ['mlp.experts.up'] });
    expect(found.experts).toMatchObject([{ tensor: `${experts}.up`, transposed: true }]);
  });

  test.each<[what: string, broken: Case, code: string, message: RegExp]>([
    [
      'that fit none',
      { base: both, tensors: pair(5, 4), targets: ['experts.up'] },
      'shape-mismatch',
      /lora_A\.weight" and its like fit none of the parameters ".*experts\.up"/,
    ],
    [
      'for another number of experts',
      { base: both, tensors: pair(4, 8, 2), targets: ['experts.up'] },
      'shape-mismatch',
      /fit none/,
    ],
    [
      'for experts that the base stores one by one',
      {
        base: { [`${experts}.0.up.weight`]: matrix(8, 4, 1), [`${experts}.1.up.weight`]: matrix(8, 4, 1) },
        tensors: pair(4, 8, 2),
        targets: ['experts.up'],
      },
      'unmatched-tensor',
      /this base stores its experts one by one, .*merge_and_unload/,
    ],
    [
      'that fit two',
      {
        base: { [`${experts}.a`]: cube(3, 8, 4), [`${experts}.b`]: cube(3, 8, 4) },
        tensors: pair(4, 8),
        targets: ['experts.a', 'experts.b'],
      },
      'unsupported-adapter',
      /fits several of the parameters.*merge_and_unload/,
    ],
    [
      'of square experts, by an old PEFT',
      { base: { [`${experts}.a`]: cube(3, 4, 4) }, tensors: pair(4, 4), targets: ['experts.a'] },
      'unsupported-adapter',
      /square experts.*not known/,
    ],
    [
      'of a parameter that is not there',
      { base: { [`${experts}.b`]: cube(3, 4, 4) }, tensors: pair(4, 4), targets: ['experts.a'] },
      'unmatched-tensor',
      /experts\.a"/,
    ],
  ])('%s are refused', async (_, broken, code, message) => {
    await expect(matched(broken)).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
  });

  test.each<[what: string, config: object, more: object, transposed: boolean]>([
    ['by the class of their model', { model_type: 'gpt_oss' }, {}, true],
    ['by the version of PEFT', { model_type: 'qwen3_moe' }, { peft_version: '0.21.2' }, false],
  ])('of square experts are known %s', async (_, config, more, transposed) => {
    const base = { [`${experts}.a`]: cube(3, 4, 4) };
    const found = await matched({ base, tensors: pair(4, 4), targets: ['experts.a'], config, more });
    expect(found.experts).toMatchObject([{ transposed }]);
  });

  test('need their base', async () => {
    await using folder = await temporaryFolder();
    adapterFolder(folder.path, pair(4, 8), { r: 2, target_parameters: ['experts.up'], target_modules: [] });
    const adapter = await readAdapter(folder.path, { reference: 'adapter' });
    const create = () => createFineTune({ label: 'a', path: folder.path, checkpoint: undefined, adapter });
    expect(create).toThrow(expect.objectContaining({ code: 'base-not-found' }));
  });
});

test('a trained token beyond the embeddings is refused by its number', async () => {
  await using folder = await temporaryFolder();
  const embed = 'model.embed_tokens';
  const base = checkpointFolder(join(folder.path, 'base'), { [`${embed}.weight`]: matrix(4, 2, 1) });
  const path = join(folder.path, 'adapter');
  const rows = { [`${embed}.token_adapter.trainable_tokens_delta`]: matrix(2, 2, 1) };
  adapterFolder(path, rows, { r: 1, trainable_token_indices: [3, 4] });
  const adapter = await readAdapter(path, { reference: 'adapter' });
  const checkpoint = await openCheckpoint(base, { reference: 'base' });
  expect(() => matchAdapter(adapter, checkpoint)).toThrow(
    expect.objectContaining({
      code: 'shape-mismatch',
      message: expect.stringMatching(/replaces row 4 of ".*", but it is \[4, 2\]/),
    }),
  );
});
