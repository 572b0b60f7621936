import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { editDirection } from '../../../server/tasks/editDirection.ts';
import { toManifest } from '../../../server/models/directionManifest.ts';
import { parseJson } from '../../support/json.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const signal = new AbortController().signal;
const manifest = {
  format: 'weight-steering-direction',
  version: 1,
  name: 'honest',
  base: null,
  recipe: { strength: 1 },
  norm: 0,
  layers: 4,
  complete: true,
  created: '2026-01-01T00:00:00.000Z',
  tool: 'x',
  theirs: [1e-7, 'kept'],
};

async function folderWith(json: object = manifest) {
  const folder = await temporaryFolder();
  const file = join(folder.path, 'direction.json');
  await writeFile(file, JSON.stringify(json));
  return {
    path: folder.path,
    file,
    read: async () => parseJson<Record<string, unknown>>(await readFile(file, 'utf8')),
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}

test('a description is recorded, read again, and taken away; all else stays', async () => {
  await using folder = await folderWith();
  const { file, read } = folder;
  await editDirection({ path: folder.path, description: '  Keeps to facts ' }, signal);
  expect(await read()).toEqual({ ...manifest, description: 'Keeps to facts' });
  expect(toManifest(file, await read()).description).toBe('Keeps to facts');
  await editDirection({ path: folder.path, name: 'frank' }, signal);
  expect(await read()).toEqual({ ...manifest, name: 'frank', description: 'Keeps to facts' });
  await editDirection({ path: folder.path, description: ' ' }, signal);
  expect(await read()).toEqual({ ...manifest, name: 'frank' });
  expect(await readdir(folder.path)).toEqual(['direction.json']);
});

test.each([
  ['a name that cannot be one', manifest, { name: 'a/b' }, 'usage'],
  ['what is no direction', { ...manifest, format: 'other' }, { description: 'x' }, 'invalid-direction'],
])('%s is refused, and nothing is written', async (_, json, edit, code) => {
  await using folder = await folderWith(json);
  const { read } = folder;
  await expect(editDirection({ path: folder.path, ...edit }, signal)).rejects.toMatchObject({ code });
  expect(await read()).toEqual(json);
});

test('a description that is no text is passed over', () => {
  expect(toManifest('/direction.json', { ...manifest, description: 7 })).not.toHaveProperty('description');
});
