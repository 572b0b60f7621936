import { stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readShardedArchive, readSingleArchive } from '../../../server/tensors/archive.ts';
import { safetensors } from '../../support/safetensors.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const tensor = { dtype: 'U8', shape: [2], bytes: 2 } as const;
const shardOf = (...names: string[]) =>
  safetensors(Object.fromEntries(names.map((name) => [name, { ...tensor, shape: [2] }])), { format: 'pt' });

const pointer = (size: number) =>
  Buffer.from(`version https://git-lfs.github.com/spec/v1\noid sha256:${'0'.repeat(64)}\nsize ${size}\n`);

async function write(folder: string, files: Record<string, Uint8Array>, weightMap: Record<string, string>) {
  for (const [name, bytes] of Object.entries(files)) await writeFile(join(folder, name), bytes);
  const path = join(folder, 'model.safetensors.index.json');
  await writeFile(path, JSON.stringify({ weight_map: weightMap }));
  return path;
}

describe('an archive', () => {
  test('of one file has its facts and tensors', async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, 'model.safetensors');
    await writeFile(path, shardOf('b', 'a'));
    const { files, tensors } = await readSingleArchive(path);
    const { size, mtimeMs } = await stat(path);
    expect(files).toMatchObject([{ path, size, modifiedMilliseconds: mtimeMs, tensors: ['b', 'a'] }]);
    expect(files[0]?.metadata).toEqual(new Map([['format', 'pt']]));
    expect(files[0]?.headerSha256).toMatch(/^[0-9a-f]{64}$/);
    expect([...tensors.keys()]).toEqual(['b', 'a']);
  });

  test('of shards goes by files, then by data', async () => {
    await using folder = await temporaryFolder();
    const files = { '2': shardOf('a', 'd'), '1': shardOf('c', 'b') };
    const path = await write(folder.path, files, { a: '2', b: '1', c: '1', d: '2' });
    const archive = await readShardedArchive(path);
    expect(archive.files.map(({ path }) => path)).toEqual([join(folder.path, '1'), join(folder.path, '2')]);
    expect([...archive.tensors.keys()]).toEqual(['c', 'b', 'a', 'd']);
    expect(archive.tensors.get('d')).toMatchObject({ file: join(folder.path, '2'), bytes: 2 });
  });

  test('of shards that are Git LFS pointers says how much is missing, and how it is fetched', async () => {
    await using folder = await temporaryFolder();
    const files = {
      'm-1.safetensors': shardOf('a'),
      'm-2.safetensors': pointer(9.2e9),
      'm-3.safetensors': pointer(6e9),
    };
    const map = { a: 'm-1.safetensors', b: 'm-2.safetensors', c: 'm-3.safetensors' };
    const path = await write(folder.path, files, map);
    await expect(readShardedArchive(path)).rejects.toMatchObject({
      code: 'git-lfs-pointer',
      subject: path,
      message: `${path}: puts its tensors into 3 files of which 2 are Git LFS pointers, 15.2 GB not fetched: git lfs pull --include "m-2.safetensors,m-3.safetensors"`,
    });
  });

  test('of many shards reads them all', async () => {
    await using folder = await temporaryFolder();
    const names = Array.from({ length: 30 }, (_, index) => `t${index}`);
    const files = Object.fromEntries(names.map((name) => [`${name}.safetensors`, shardOf(name)]));
    const path = await write(
      folder.path,
      files,
      Object.fromEntries(names.map((name) => [name, `${name}.safetensors`])),
    );
    expect((await readShardedArchive(path)).tensors.size).toBe(30);
  });
});

describe('an index that its files contradict is refused', () => {
  test('when a tensor is not where it should be', async () => {
    await using folder = await temporaryFolder();
    const path = await write(folder.path, { '1': shardOf('a') }, { a: '1', b: '1' });
    await expect(readShardedArchive(path)).rejects.toMatchObject({
      code: 'missing-tensor',
      subject: join(folder.path, '1'),
      tensor: 'b',
      message: expect.stringContaining(path),
    });
  });

  test('when a file has a tensor that the index does not name', async () => {
    await using folder = await temporaryFolder();
    const path = await write(folder.path, { '1': shardOf('a', 'b') }, { a: '1' });
    await expect(readShardedArchive(path)).rejects.toMatchObject({
      code: 'invalid-index',
      subject: path,
      tensor: 'b',
      message: expect.stringContaining(join(folder.path, '1')),
    });
  });

  test('when a tensor is in two files', async () => {
    await using folder = await temporaryFolder();
    const files = { '1': shardOf('a'), '2': shardOf('a', 'b') };
    const path = await write(folder.path, files, { a: '1', b: '2' });
    await expect(readShardedArchive(path)).rejects.toMatchObject({ code: 'invalid-index', tensor: 'a' });
  });

  test('when a file is not there, by the name of the file', async () => {
    await using folder = await temporaryFolder();
    const path = await write(folder.path, {}, { a: '1' });
    await expect(readShardedArchive(path)).rejects.toMatchObject({
      code: 'file-not-found',
      subject: join(folder.path, '1'),
    });
  });

  test('when a file is broken', async () => {
    await using folder = await temporaryFolder();
    const path = await write(folder.path, { '1': safetensors('{') }, { a: '1' });
    await expect(readShardedArchive(path)).rejects.toMatchObject({ code: 'invalid-safetensors' });
  });
});
