import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openDirection } from '../../../server/models/direction.ts';
import { place } from '../../support/hostileFiles.ts';
import { adapterFolder, matrix } from '../../support/modelFolders.ts';
import { safetensors, type TensorSpec } from '../../support/safetensors.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const reference = 'directions/honest';
const sha = 'f'.repeat(64);
const manifest = {
  format: 'weight-steering-direction',
  version: 1,
  name: 'honest',
  base: { reference: '../base', tensors: 2, headerSha256: sha },
  recipe: { name: 'honest' },
  norm: 2.5,
  layers: 4,
  complete: false,
  created: '2026-01-01T00:00:00.000Z',
  tool: 'weight-steering 1.0.0',
};
const dense: TensorSpec = { 'model.norm.weight': { dtype: 'F32', shape: [2], bytes: 8 } };
const q = 'model.layers.0.self_attn.q_proj';
const factors = { [`${q}.lora_A.weight`]: matrix(1, 2, 1), [`${q}.lora_B.weight`]: matrix(2, 1, 1) };

interface Parts {
  /** Over the manifest's fields; undefined removes one. Text is the whole file. */
  readonly json?: object | string;
  readonly dense?: TensorSpec | undefined;
  readonly factors?: Parameters<typeof adapterFolder>[1] | undefined;
}

/** A folder with the parts of a direction; by default both. */
async function folderOf(parts: Parts) {
  const folder = await temporaryFolder();
  const { json = {}, ...given } = parts;
  const all = { dense, factors, ...given };
  place(folder.path, {
    'direction.json': typeof json === 'string' ? json : JSON.stringify({ ...manifest, ...json }),
    ...(all.dense !== undefined && { 'direction.safetensors': safetensors(all.dense) }),
  });
  if (all.factors !== undefined) adapterFolder(folder.path, all.factors, { r: 1 });
  return folder;
}

describe('a direction', () => {
  test('has factors and dense tensors', async () => {
    await using folder = await folderOf({});
    const direction = await openDirection(folder.path, { reference });
    expect(direction).toMatchObject({
      kind: 'direction',
      reference,
      path: folder.path,
      manifest,
      warnings: [],
    });
    expect(direction.adapter?.factors.map(({ tensor, scale }) => [tensor, scale])).toEqual([
      [`${q}.weight`, 1],
    ]);
    expect([...direction.dense.keys()]).toEqual(['model.norm.weight']);
    expect(direction.files.map(({ path }) => path)).toEqual(
      ['adapter_model.safetensors', 'direction.safetensors'].map((name) => join(folder.path, name)),
    );
  });

  test.each<[what: string, parts: Parts]>([
    ['factors alone', { json: { complete: true }, dense: undefined }],
    ['dense tensors alone', { factors: undefined }],
    ['nothing at all, if it is zero', { json: { norm: 0 }, dense: undefined, factors: undefined }],
    ['a norm beyond all numbers', { json: { norm: null } }],
    ['no base', { json: { base: null } }],
    ['a head of its own', { json: { untied: true } }],
    ['fields of a later minor version', { json: { color: 'red' } }],
  ])('may have %s', async (_what, parts) => {
    await using folder = await folderOf(parts);
    const { manifest: read } = await openDirection(folder.path, { reference });
    expect(read).toMatchObject({ name: 'honest', layers: 4 });
  });
});

describe('a direction is refused', () => {
  const unit: TensorSpec = { x: { dtype: 'BF16', shape: [1], bytes: 2 } };

  test.each<[what: string, parts: Parts, code: string, message: RegExp]>([
    ['without a part', { dense: undefined, factors: undefined }, 'invalid-direction', /has neither factors/],
    [
      'of which the norm is not known, without a part',
      { json: { norm: null }, dense: undefined, factors: undefined },
      'invalid-direction',
      /has neither factors/,
    ],
    [
      'with more than its factors, which are all of it',
      { json: { complete: true } },
      'invalid-direction',
      /"complete": true/,
    ],
    ['in bfloat16', { dense: unit }, 'invalid-direction', /"x" is BF16; .* F32/],
    [
      'with a tensor held whole, which has nowhere to go',
      { factors: { ...factors, 'lm_head.modules_to_save.weight': matrix(2, 2, 1) } },
      'invalid-direction',
      /lm_head.* is no factor/,
    ],
    ['that is not JSON', { json: '{' }, 'invalid-config', /not JSON/],
    ['that is a list', { json: '[]' }, 'invalid-config', /a list/],
    [
      'of another format',
      { json: { format: 'x'.repeat(1e5) } },
      'invalid-direction',
      /has the format "x{200}…"/,
    ],
    ['of no format', { json: { format: undefined } }, 'invalid-direction', /has the format nothing, not/],
    [
      'of a later version',
      { json: { version: 2 } },
      'unsupported-version',
      /version 2; this program reads version 1/,
    ],
    ['of version 0', { json: { version: 0 } }, 'invalid-direction', /version 0/],
    ['of version "1"', { json: { version: '1' } }, 'invalid-direction', /version "1"/],
    ['of a version in between', { json: { version: 1.5 } }, 'invalid-direction', /version 1\.5/],
    ['without a name', { json: { name: undefined } }, 'invalid-direction', /has no "name"; text is due/],
    ['with an empty name', { json: { name: '' } }, 'invalid-direction', /"name" is ""/],
    ['with an object for a name', { json: { name: {} } }, 'invalid-direction', /"name" is an object/],
    [
      'with a base by name alone',
      { json: { base: '../base' } },
      'invalid-direction',
      /"base" is "\.\.\/base"/,
    ],
    [
      'without a base',
      { json: { base: undefined } },
      'invalid-direction',
      /"base" is nothing; an object or null is due/,
    ],
    ['with a list for a base', { json: { base: [] } }, 'invalid-direction', /"base" is a list/],
    [
      'with a base of no tensors',
      { json: { base: { reference: 'x', headerSha256: sha } } },
      'invalid-direction',
      /has no "base\.tensors"/,
    ],
    [
      'with a base of another hash',
      { json: { base: { reference: 'x', tensors: 1, headerSha256: 'F00' } } },
      'invalid-direction',
      /"base\.headerSha256" is "F00"/,
    ],
    ['with a negative norm', { json: { norm: -1 } }, 'invalid-direction', /"norm" is -1/],
    [
      'with an infinite norm',
      { json: JSON.stringify(manifest).replace('2.5', 'Infinity') },
      'invalid-direction',
      /"norm" is Infinity/,
    ],
    ['without a norm', { json: { norm: undefined } }, 'invalid-direction', /has no "norm"/],
    ['with half a layer', { json: { layers: 0.5 } }, 'invalid-direction', /"layers" is 0\.5/],
    [
      'with more layers than numbers',
      { json: { layers: 1e300 } },
      'invalid-direction',
      /"layers" is 1e\+300/,
    ],
    [
      'that may be complete',
      { json: { complete: 'yes' } },
      'invalid-direction',
      /"complete" is "yes"; true or false/,
    ],
    ['that may be untied', { json: { untied: 1 } }, 'invalid-direction', /"untied" is 1/],
    ['of no time', { json: { created: 0 } }, 'invalid-direction', /"created" is 0/],
    ['of no tool', { json: { tool: null } }, 'invalid-direction', /"tool" is null/],
  ])('%s', async (_what, parts, code, message) => {
    await using folder = await folderOf(parts);
    await expect(openDirection(folder.path, { reference })).rejects.toMatchObject({
      name: 'ServerError',
      code,
      message: expect.stringMatching(message),
    });
  });

  test('without its manifest', async () => {
    await using folder = await temporaryFolder();
    await expect(openDirection(folder.path, { reference })).rejects.toMatchObject({ code: 'file-not-found' });
  });

  test('with factors that are a Git LFS pointer', async () => {
    await using folder = await folderOf({});
    place(folder.path, {
      'adapter_model.safetensors': 'version https://git-lfs.github.com/spec/v1\nsize 7\n',
    });
    await expect(openDirection(folder.path, { reference })).rejects.toMatchObject({
      code: 'git-lfs-pointer',
    });
  });
});
