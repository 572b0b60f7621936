import { createHash } from 'node:crypto';
import {
  chmod,
  lstat,
  mkdir,
  readdir,
  readFile,
  readlink,
  stat,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { writeAtomically } from '../../../server/bytes/atomicWrite.ts';
import { concurrently } from '../../../server/bytes/concurrently.ts';
import { copyFile } from '../../../server/bytes/copyFile.ts';
import { identify } from '../../../server/bytes/identity.ts';
import { readFailure, writeFailure, writing } from '../../../server/bytes/ioFailure.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

describe('writeAtomically', () => {
  test('replaces a file and leaves nothing beside it', async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, 'recipe "x" ü.yaml');
    await writeAtomically(path, 'one');
    await writeAtomically(path, 'two');
    expect(await readFile(path, 'utf8')).toBe('two');
    expect(await readdir(folder.path)).toHaveLength(1);
  });

  test('replaces a symbolic link, and never writes through it', async () => {
    await using folder = await temporaryFolder();
    await writeFile(join(folder.path, 'blob'), 'precious');
    await symlink('blob', join(folder.path, 'link'));
    await writeAtomically(join(folder.path, 'link'), 'new');
    expect(await readFile(join(folder.path, 'blob'), 'utf8')).toBe('precious');
    expect((await lstat(join(folder.path, 'link'))).isSymbolicLink()).toBe(false);
  });

  test('names the path it could not write, and leaves nothing behind', async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, 'taken');
    await mkdir(path);
    await expect(writeAtomically(path, '')).rejects.toMatchObject({ code: 'write-failed', subject: path });
    expect(await readdir(folder.path)).toEqual(['taken']);
  });
});

describe('copyFile', () => {
  test('copies what a link points to, over what was there', async () => {
    await using folder = await temporaryFolder();
    const [source, destination] = [join(folder.path, 'link'), join(folder.path, 'copy')];
    await writeFile(join(folder.path, 'blob'), 'text');
    await chmod(join(folder.path, 'blob'), 0o444);
    await symlink('blob', source);
    await symlink('elsewhere', destination);
    await copyFile(source, destination);
    expect(await readFile(destination, 'utf8')).toBe('text');
    expect((await lstat(destination)).isFile()).toBe(true);
    expect((await stat(destination)).mode & 0o600).toBe(0o600);
    expect(await readlink(source)).toBe('blob');
  });

  test('refuses what is not a regular file', async () => {
    await using folder = await temporaryFolder();
    await expect(copyFile(folder.path, join(folder.path, 'copy'))).rejects.toMatchObject({
      code: 'unreadable',
    });
  });
});

describe('identify', () => {
  test('hashes a file up to 64 MB whole', async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, 'file');
    const content = new Uint8Array(2 ** 20 + 3).fill(7);
    await writeFile(path, content);
    const sha256 = createHash('sha256').update(content).digest('hex');
    expect(await identify(path)).toMatchObject({ path, size: content.length, sha256 });
  });

  test('hashes a larger one only when asked to', async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, 'large');
    await writeFile(path, '');
    await truncate(path, 2 ** 26 + 1);
    expect(await identify(path)).not.toHaveProperty('sha256');
    const sha256 = createHash('sha256')
      .update(new Uint8Array(2 ** 26 + 1))
      .digest('hex');
    expect(await identify(path, { hash: 'always' })).toMatchObject({ sha256 });
  });
});

const failing = (code: string) => Object.assign(new Error(code), { code });

describe('a failure of the system', () => {
  test.each([
    ['ENOSPC', 'disk-full'],
    ['EDQUOT', 'disk-full'],
    ['EACCES', 'write-failed'],
    ['EXOTIC', 'write-failed'],
  ])('%s while writing is %s', async (code, expected) => {
    const failed = writing('/out', () => Promise.reject(failing(code)));
    await expect(failed).rejects.toMatchObject({ code: expected, subject: '/out' });
  });

  test.each([
    ['ENOENT', 'file-not-found'],
    ['EACCES', 'unreadable'],
    ['EIO', 'unreadable'],
  ])('%s while reading is %s', (code, expected) => {
    expect(readFailure('/in', failing(code)).code).toBe(expected);
  });

  test('that has been understood already stays what it is', () => {
    const failure = readFailure('/in', failing('EIO'));
    expect(writeFailure('/out', failure)).toBe(failure);
  });
});

describe('concurrently', () => {
  test('keeps the order of the items and the limit', async () => {
    let running = 0;
    let most = 0;
    const doubled = await concurrently([1, 2, 3, 4, 5], 2, async (item) => {
      most = Math.max(most, ++running);
      await Promise.resolve();
      running--;
      return item * 2;
    });
    expect(doubled).toEqual([2, 4, 6, 8, 10]);
    expect(most).toBe(2);
  });

  test('begins nothing new after a failure', async () => {
    const begun: number[] = [];
    const failed = concurrently([1, 2, 3, 4], 2, async (item) => {
      begun.push(item);
      if (item === 1) throw new Error('one');
      await Promise.resolve();
    });
    await expect(failed).rejects.toThrow('one');
    expect(begun).not.toContain(4);
  });
});
