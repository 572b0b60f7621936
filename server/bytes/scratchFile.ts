import { randomBytes } from 'node:crypto';
import { open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder } from './cache.ts';
import { ensureFolder } from './ensureFolder.ts';
import { writing } from './ioFailure.ts';
import { isAlive } from './liveProcess.ts';

/** A file for what is too large for the memory, gone when it is disposed of. */
export interface ScratchFile extends AsyncDisposable {
  /** Absolute. */
  readonly path: string;
}

/** Makes one of so many zeros in the folder of the cache, which is on a disk more often than `/tmp`; removes what killed processes have left there. */
export async function openScratchFile(bytes: number, folder = cacheFolder()): Promise<ScratchFile> {
  const within = join(folder, 'scratch');
  const path = join(within, `${process.pid}-${randomBytes(8).toString('hex')}`);
  await writing(path, async () => {
    await ensureFolder(within);
    await removeLeft(within);
    await using file = await open(path, 'wx');
    await file.truncate(bytes);
  });
  return { path, [Symbol.asyncDispose]: () => rm(path, { force: true }) };
}

async function removeLeft(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const [, id] = /^(\d+)-[0-9a-f]{16}$/.exec(name) ?? [];
    if (id !== undefined && !(await isAlive(Number(id), null))) await rm(join(folder, name), { force: true });
  }
}
