import { randomBytes } from 'node:crypto';
import { lstat, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { ServerError } from '../errors.ts';
import { systemCode, writeFailure, writing } from './ioFailure.ts';
import { syncFolder } from './sync.ts';

/** Where an output and its unfinished self lie; all in one folder, so that renames are atomic. Absolute paths. */
export interface StagingPlaces {
  readonly destination: string;
  readonly parent: string;
  /** `.<name>.steering` beside the destination. */
  readonly folder: string;
  /** In the folder: what becomes the destination. */
  readonly output: string;
  /** In the folder: what the destination was, between the renames of a replacement. */
  readonly replaced: string;
}

/** Errors: `write-failed` for a root, which has no name and nothing beside it. */
export function stagingPlaces(path: string): StagingPlaces {
  const destination = resolve(path);
  const parent = dirname(destination);
  if (parent === destination)
    throw new ServerError('write-failed', destination, 'is the root of a file system');
  const folder = join(parent, `.${basename(destination)}.steering`);
  return { destination, parent, folder, output: join(folder, 'output'), replaced: join(folder, 'replaced') };
}

/** Whether anything has this name, a dangling link included. */
export async function exists(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if (systemCode(error) === 'ENOENT' || systemCode(error) === 'ENOTDIR') return false;
    throw writeFailure(path, error);
  }
}

/** Size of a file, links followed; undefined where there is none. */
export async function sizeOf(path: string): Promise<number | undefined> {
  return (await exists(path)) ? (await stat(path)).size : undefined;
}

/** Removes a staging folder: under another name first, so that nobody opens it while it vanishes. */
export async function discard({ folder, parent }: StagingPlaces): Promise<void> {
  const removed = `${folder}.${randomBytes(6).toString('hex')}.removed`;
  await writing(folder, () => rename(folder, removed));
  await syncFolder(parent);
  await removeTree(removed);
}

/** Removes what a crash left of folders that were being removed. */
export async function removeDiscarded({ folder, parent }: StagingPlaces): Promise<void> {
  if (!(await exists(parent))) return;
  const start = `${basename(folder)}.`;
  const names = await writing(parent, () => readdir(parent));
  const discarded = names.filter(
    (name) => name.startsWith(start) && /^[0-9a-f]{12}\.removed$/.test(name.slice(start.length)),
  );
  for (const name of discarded) await removeTree(join(parent, name));
}

/** Room that cannot be freed now, such as a folder without permission, is no reason to fail; the next command tries again. */
async function removeTree(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true }).catch(() => {});
}
