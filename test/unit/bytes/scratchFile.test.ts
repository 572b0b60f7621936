import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openScratchFile } from '../../../server/bytes/scratchFile.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

test('a scratch file has its size, and is gone when it is disposed of', async () => {
  await using folder = await temporaryFolder();
  const scratch = await openScratchFile(1000, folder.path);
  expect(statSync(scratch.path).size).toBe(1000);
  await scratch[Symbol.asyncDispose]();
  expect(existsSync(scratch.path)).toBe(false);
});

test('what a process has left that is no more goes with the next; what others have stays', async () => {
  await using folder = await temporaryFolder();
  mkdirSync(join(folder.path, 'scratch'));
  const names = [`999999999-${'0'.repeat(16)}`, `${process.ppid}-${'1'.repeat(16)}`, 'notes.txt'];
  for (const name of names) writeFileSync(join(folder.path, 'scratch', name), '');
  await using scratch = await openScratchFile(0, folder.path);
  expect(existsSync(scratch.path)).toBe(true);
  expect(readdirSync(join(folder.path, 'scratch'))).toEqual(expect.arrayContaining(names.slice(1)));
  expect(readdirSync(join(folder.path, 'scratch'))).not.toContain(names[0]);
});
