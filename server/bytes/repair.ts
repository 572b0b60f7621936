import { lstat, rename } from 'node:fs/promises';
import { ServerError } from '../errors.ts';
import { moveOutput } from './destination.ts';
import { writing } from './ioFailure.ts';
import { readJournal } from './journal.ts';
import { acquireLock } from './lock.ts';
import { discard, exists, removeDiscarded, stagingPlaces, type StagingPlaces } from './stagingPlaces.ts';
import { syncFolder } from './sync.ts';

/**
 * Finishes what a crash interrupted at the end of a write, and removes what it left. Any command may call it before
 * it looks at `path`; while somebody writes there it does nothing. Returns whether anything was done.
 *
 * What is in the staging folder says how far the writer came, since its steps have one order:
 *
 * | output | replaced | destination | so                                       | now                         |
 * |--------|----------|-------------|------------------------------------------|-----------------------------|
 * | there  | –        | any         | still writing, or not yet renaming       | nothing: it can be resumed  |
 * | there  | there    | –           | between the two renames; output complete | output becomes destination  |
 * | there  | there    | there       | and somebody took the name since         | refused: `output-conflict`  |
 * | –      | there    | there       | both renames done                        | the old one is removed      |
 * | –      | there    | –           | and somebody took the new one away since | the old one comes back      |
 * | –      | –        | any         | renamed, nothing was replaced            | the staging folder goes     |
 */
export async function repairInterrupted(path: string): Promise<boolean> {
  const places = stagingPlaces(path);
  await removeDiscarded(places);
  if (!(await isInterrupted(places))) return false;
  const lock = await writing(places.folder, () => acquireLock(places.folder)).catch((error: unknown) => {
    if (error instanceof ServerError && error.code === 'output-busy') return undefined;
    throw error;
  });
  if (lock === undefined) return false;
  try {
    if (!(await isInterrupted(places))) return false;
    await finish(places);
    return true;
  } finally {
    await lock.release();
  }
}

/** Only a folder with a journal is ours to repair. */
async function isInterrupted({ folder, output, replaced }: StagingPlaces): Promise<boolean> {
  if (!(await exists(folder)) || !(await lstat(folder)).isDirectory()) return false;
  if ((await readJournal(folder)) === undefined) return false;
  return (await exists(replaced)) || !(await exists(output));
}

async function finish(places: StagingPlaces): Promise<void> {
  const { destination, output, replaced, folder, parent } = places;
  if (await exists(destination)) {
    if (await exists(output)) throw conflict(folder, destination);
  } else if (await exists(output)) {
    await moveOutput(places);
  } else if (await exists(replaced)) {
    await writing(destination, () => rename(replaced, destination));
    await syncFolder(parent);
  }
  await discard(places);
}

function conflict(folder: string, destination: string): ServerError {
  const problem = `holds a finished output and what it was to replace, but ${destination} exists anew; move one of them away, then delete this folder`;
  return new ServerError('output-conflict', folder, problem);
}
