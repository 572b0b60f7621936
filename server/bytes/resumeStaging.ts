import { lstat, mkdir, readdir, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ServerError } from '../errors.ts';
import { ensureFolder } from './ensureFolder.ts';
import { systemCode, writeFailure, writing } from './ioFailure.ts';
import { journalName, readJournal, writeJournal, type Journal } from './journal.ts';
import { acquireLock, isLockName, type Lock } from './lock.ts';
import { exists, sizeOf, type StagingPlaces } from './stagingPlaces.ts';

/** A folder that keeps vanishing is not another process at work. */
const mostAttempts = 100;

/**
 * Makes the staging folder where it is not there, and locks it; again if another process finishes and renames it in
 * between. Errors: `output-busy`, `output-conflict` where something else has its name, `write-failed`.
 */
export async function enterStaging({ folder }: StagingPlaces): Promise<Lock> {
  for (let attempt = 1; ; attempt++) {
    try {
      await ensureFolder(folder);
      if (!(await lstat(folder)).isDirectory()) throw notOurs(folder);
      await refuseForeign(folder);
      return await acquireLock(folder);
    } catch (error) {
      if (systemCode(error) === 'EEXIST') throw notOurs(folder);
      if (systemCode(error) === 'ENOENT' && attempt < mostAttempts) continue;
      await rmdir(folder).catch(() => {}); // An empty one that could not be locked; another is somebody's.
      throw writeFailure(folder, error);
    }
  }
}

/**
 * What an earlier run of the same plan recorded, with no other files than those it vouches for, or a new journal and an
 * empty output folder. Another plan's journal: `output-conflict`.
 */
export async function resumeStaging(places: StagingPlaces, plan: string): Promise<Journal> {
  const { folder, output } = places;
  const journal = await readJournal(folder);
  if (journal !== undefined) {
    if (journal.plan !== plan) refuseOtherPlan(folder, journal, plan);
    else if (await isIntact(output, journal)) return await withoutOthers(output, journal);
  }
  await writing(output, () => rm(output, { recursive: true, force: true }));
  const fresh = {
    plan,
    started: new Date().toISOString(),
    finished: new Set<number>(),
    files: new Map(),
    payload: null,
  };
  await writeJournal(folder, fresh);
  await writing(output, () => mkdir(output));
  return fresh;
}

/** Without a journal, only what precedes the first journal may be there; not even a lock is put beside other things. */
async function refuseForeign(folder: string): Promise<void> {
  const names = await readdir(folder);
  if (names.includes(journalName)) return;
  if (!names.every((name) => isLockName(name) || name.endsWith('.temporary'))) throw notOurs(folder);
}

/** A journal vouches for its files; if one is gone or has another size, nothing it says counts. */
async function isIntact(output: string, { files }: Journal): Promise<boolean> {
  if (!(await exists(output))) return false;
  for (const [name, size] of files) {
    if ((await sizeOf(join(output, name))) !== size) return false;
  }
  return true;
}

/** What the journal does not vouch for may be half written, or a temporary file: it is made anew. */
async function withoutOthers(output: string, journal: Journal): Promise<Journal> {
  const names = await writing(output, () => readdir(output));
  for (const name of names.filter((name) => !journal.files.has(name))) {
    await writing(output, () => rm(join(output, name), { recursive: true, force: true }));
  }
  return journal;
}

/** A plan that came to nothing is in nobody's way. */
function refuseOtherPlan(folder: string, { plan, finished }: Journal, ours: string): void {
  if (finished.size === 0) return;
  const remedy = 'repeat the command that began it, or delete this folder';
  const problem = `holds unfinished output of plan ${plan}, but this is plan ${ours}; ${remedy}`;
  throw new ServerError('output-conflict', folder, problem);
}

function notOurs(folder: string): ServerError {
  const problem = `is in the way: unfinished output would be kept there, but it has no ${journalName}; move or delete it`;
  return new ServerError('output-conflict', folder, problem);
}
