import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import * as files from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { systemCode, writing } from '../../bytes/ioFailure.ts';
import { syncFolder } from '../../bytes/sync.ts';
import { ServerError } from '../../errors.ts';

/** Where files are as they were before this run changed them, by their paths; null for those that are new. */
export type Backups = Map<string, string | null>;

/**
 * Puts what `write` makes at another path in a file's place, by one rename, and keeps what was there as `<name>.bak`, `.bak.1` …:
 * backups are never overwritten, and one run makes one of each file. Who may read it stays as it was. A link is refused, since what it leads to belongs to others.
 * Errors: `write-failed`, `disk-full`, those of `write`.
 */
export async function replaceFile(
  path: string,
  write: (temporary: string) => Promise<void>,
  backups: Backups,
): Promise<void> {
  await refuseLink(path);
  const temporary = join(dirname(path), `.${randomBytes(6).toString('hex')}.temporary`);
  await writing(path, async () => {
    try {
      await write(temporary);
      await keepMode(path, temporary);
      if (!backups.has(path)) backups.set(path, await keep(path));
      await files.rename(temporary, path);
    } catch (error) {
      await files.rm(temporary, { force: true });
      throw error;
    }
  });
  await syncFolder(dirname(path));
}

/** Who may read a file is not ours to change. */
async function keepMode(path: string, temporary: string): Promise<void> {
  const facts = await files.stat(path).catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  });
  if (facts !== undefined) await files.chmod(temporary, facts.mode & 0o777);
}

async function refuseLink(path: string): Promise<void> {
  const facts = await files.lstat(path).catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  });
  if (facts?.isSymbolicLink() !== true) return;
  const problem =
    'is a link, and what it leads to is shared with others, as in the Hub cache; fix a copy of the model';
  throw new ServerError('write-failed', path, problem);
}

/** A second name for the same bytes, where the file system can; else a copy. */
async function keep(path: string): Promise<string | null> {
  for (let number = 0; ; number++) {
    const backup = number === 0 ? `${path}.bak` : `${path}.bak.${number}`;
    try {
      await linkOrCopy(path, backup);
      return backup;
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return null;
      if (systemCode(error) !== 'EEXIST') throw error;
    }
  }
}

async function linkOrCopy(path: string, backup: string): Promise<void> {
  try {
    await files.link(path, backup);
  } catch (error) {
    if (['EEXIST', 'ENOENT'].includes(systemCode(error))) throw error;
    await files.copyFile(path, backup, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
  }
}
