import { lstat, realpath, rename } from 'node:fs/promises';
import { homedir } from 'node:os';
import { relative, isAbsolute, sep } from 'node:path';
import { ServerError } from '../errors.ts';
import { systemCode, writeFailure, writing } from './ioFailure.ts';
import { exists, type StagingPlaces } from './stagingPlaces.ts';
import { syncFolder } from './sync.ts';

/**
 * Refuses an output path that is taken: `output-exists`. With `force`, folders, files and symbolic links (not what
 * they point to) may be replaced; devices, and folders that hold the current folder or the home folder, may not.
 */
export async function checkDestination(destination: string, force: boolean): Promise<void> {
  if (!(await exists(destination))) return;
  const refuse = (problem: string) => new ServerError('output-exists', destination, problem);
  if (!force) throw refuse('exists already; choose another path, or replace it with --force');
  const facts = await writing(destination, () => lstat(destination));
  if (facts.isSymbolicLink() || facts.isFile()) return;
  if (!facts.isDirectory()) throw refuse('is a pipe or device and cannot be replaced');
  for (const [path, what] of [
    [process.cwd(), 'the current folder'],
    [homedir(), 'the home folder'],
  ] as const) {
    if (await holds(destination, path)) throw refuse(`is or holds ${what} and cannot be replaced`);
  }
}

/**
 * Gives a finished output its name, in one rename; what was there before is aside in the staging folder
 * and comes back if that rename fails.
 */
export async function moveIntoPlace(places: StagingPlaces, force: boolean): Promise<void> {
  const { destination, replaced, folder } = places;
  await checkDestination(destination, force);
  if (!(await exists(destination))) return await moveOutput(places);
  await writing(destination, () => rename(destination, replaced));
  await syncFolder(folder);
  try {
    await moveOutput(places);
  } catch (error) {
    await writing(destination, () => rename(replaced, destination));
    throw error;
  }
}

/** Somebody may have taken the name a moment ago: an empty folder is all that a rename would replace. */
export async function moveOutput({ output, destination, parent }: StagingPlaces): Promise<void> {
  try {
    await rename(output, destination);
  } catch (error) {
    const isTaken = ['ENOTEMPTY', 'EEXIST', 'ENOTDIR'].includes(systemCode(error));
    if (!isTaken) throw writeFailure(destination, error);
    throw new ServerError('output-exists', destination, 'has come into being meanwhile', { cause: error });
  }
  await syncFolder(parent);
}

async function holds(folder: string, path: string): Promise<boolean> {
  const way = relative(await realpath(folder), await realpath(path).catch(() => path));
  return !isAbsolute(way) && way !== '..' && !way.startsWith(`..${sep}`);
}
