import { existsSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ensureFolder } from '../../../server/bytes/ensureFolder.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

test('makes a folder and all it lies in, and can be repeated', async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, 'a', 'b', 'c');
  await ensureFolder(path);
  await ensureFolder(path);
  expect(statSync(path).isDirectory()).toBe(true);
});

test('a file in the way is an error, and stays', async () => {
  await using folder = await temporaryFolder();
  writeFileSync(join(folder.path, 'file'), 'text');
  await expect(ensureFolder(join(folder.path, 'file', 'inside'))).rejects.toMatchObject({ code: 'ENOTDIR' });
});

describe.runIf(existsSync('/proc/self'))('in /proc', () => {
  test('a folder that cannot be is an error, and not a wait', async () => {
    await expect(ensureFolder('/proc/weight-steering/out')).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
