import { execFileSync } from 'node:child_process';
import { mkdir, symlink, truncate, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openFile } from '../../../server/bytes/fileSource.ts';
import { memorySource } from '../../../server/bytes/memorySource.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

describe('openFile', () => {
  test('reads exactly the bytes asked for, and knows size and time', async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, 'a b ü.bin');
    await writeFile(path, Uint8Array.from([1, 2, 3, 4, 5]));
    await utimes(path, 1000, 1000);
    await using source = await openFile(path);
    expect(source).toMatchObject({ name: path, size: 5, modifiedMilliseconds: 1_000_000 });
    expect([...(await source.read(1, 3))]).toEqual([2, 3, 4]);
    expect([...(await source.read(5, 0))]).toEqual([]);
  });

  test('follows symbolic links and keeps the name it was given', async () => {
    await using folder = await temporaryFolder();
    await writeFile(join(folder.path, 'blob'), 'abc');
    await symlink('blob', join(folder.path, 'link'));
    await using source = await openFile(join(folder.path, 'link'));
    expect(source.name).toBe(join(folder.path, 'link'));
    expect(Buffer.from(await source.read(0, 3)).toString()).toBe('abc');
  });

  test('says how much was missing when a file shrank after it was opened', async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, 'shrinking');
    await writeFile(path, new Uint8Array(10));
    await using source = await openFile(path);
    await truncate(path, 4);
    await expect(source.read(2, 8)).rejects.toMatchObject({
      code: 'short-read',
      message: `${path}: ends too early: 8 bytes were expected at byte 2, 2 are there`,
    });
  });

  test.skipIf(process.platform === 'win32')(
    'refuses a pipe at once instead of waiting for a writer',
    async () => {
      await using folder = await temporaryFolder();
      const path = join(folder.path, 'pipe');
      execFileSync('sh', ['-c', 'mkfifo "$0"', path]);
      await expect(openFile(path)).rejects.toMatchObject({ code: 'unreadable' });
    },
  );

  test.skipIf(process.platform === 'win32')('refuses a device', async () => {
    await expect(openFile('/dev/zero')).rejects.toMatchObject({ code: 'unreadable' });
  });

  test('refuses a folder, a missing file and a path that leads through a file', async () => {
    await using folder = await temporaryFolder();
    await mkdir(join(folder.path, 'folder'));
    await writeFile(join(folder.path, 'file'), '');
    await expect(openFile(join(folder.path, 'folder'))).rejects.toMatchObject({ code: 'unreadable' });
    await expect(openFile(join(folder.path, 'none'))).rejects.toMatchObject({ code: 'file-not-found' });
    await expect(openFile(join(folder.path, 'file', 'x'))).rejects.toMatchObject({ code: 'file-not-found' });
    await expect(openFile(join(folder.path, 'zero\0byte'))).rejects.toMatchObject({ code: 'unreadable' });
  });

  test('does nothing once aborted', async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, 'file');
    await writeFile(path, 'abc');
    await expect(openFile(path, AbortSignal.abort())).rejects.toMatchObject({ name: 'AbortError' });
    await using source = await openFile(path);
    await expect(source.read(0, 1, AbortSignal.abort())).rejects.toMatchObject({ name: 'AbortError' });
  });
});

async function sparse(path: string, size: number) {
  await writeFile(path, '');
  await truncate(path, size);
  return await openFile(path);
}

describe('every source', () => {
  test('refuses a read of 2 GiB before it allocates', async () => {
    await using folder = await temporaryFolder();
    await using source = await sparse(join(folder.path, 'sparse'), 2 ** 33);
    await expect(source.read(0, 2 ** 31)).rejects.toMatchObject({ code: 'too-large' });
  });

  test('refuses a read beyond the end before it allocates', async () => {
    await using folder = await temporaryFolder();
    await using source = await sparse(join(folder.path, 'small'), 10);
    await expect(source.read(8, 2 ** 31 - 1)).rejects.toMatchObject({ code: 'short-read' });
    await expect(memorySource('/memory', new Uint8Array(10)).read(8, 3)).rejects.toMatchObject({
      code: 'short-read',
      message: '/memory: ends too early: 3 bytes were expected at byte 8, 2 are there',
    });
  });

  test('hands out copies', async () => {
    const bytes = Uint8Array.from([1, 2]);
    const read = await memorySource('/memory', bytes).read(0, 2);
    read[0] = 9;
    expect(bytes[0]).toBe(1);
  });
});
