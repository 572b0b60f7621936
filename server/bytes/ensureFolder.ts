import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { systemCode } from './ioFailure.ts';

/**
 * Makes a folder and those it lies in; what is there already stays, whatever it is. Step by step, because
 * Node's own recursive way never ends where new folders are refused as missing, as in /proc.
 */
export async function ensureFolder(path: string): Promise<void> {
  try {
    await makeOne(path);
  } catch (error) {
    const parent = dirname(path);
    if (systemCode(error) !== 'ENOENT' || parent === path) throw error;
    await ensureFolder(parent);
    await makeOne(path);
  }
}

async function makeOne(path: string): Promise<void> {
  await mkdir(path).catch((error: unknown) => {
    if (systemCode(error) !== 'EEXIST') throw error;
  });
}
