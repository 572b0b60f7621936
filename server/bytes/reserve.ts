import { randomFillSync } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isFull, writeFailure } from './ioFailure.ts';

/** Enough for the journal of any model, and a lock. */
const size = 2 ** 20;

/** As temporary files are called: what a crash leaves of it is in nobody's way. */
function pathIn(folder: string): string {
  return join(folder, 'reserve.temporary');
}

/**
 * Takes room in a staging folder, so that what is finished can still be noted when the disk is full. Nothing on a disk
 * that has not even that: the output will not fit either.
 */
export async function takeReserve(folder: string): Promise<void> {
  const path = pathIn(folder);
  try {
    // Not zeros, which a file system may store without room.
    await writeFile(path, randomFillSync(new Uint8Array(size)));
  } catch (error) {
    await rm(path, { force: true });
    if (!isFull(error)) throw writeFailure(path, error);
  }
}

/** Gives the room back, taken or not. */
export async function giveReserve(folder: string): Promise<void> {
  await rm(pathIn(folder), { force: true });
}
