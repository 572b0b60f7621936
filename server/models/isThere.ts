import { lstat } from 'node:fs/promises';
import { readFailure, systemCode } from '../bytes/ioFailure.ts';

/** What the system says of names that nothing can have: too long, or with a zero byte. */
const nothing = new Set(['ENOENT', 'ENOTDIR', 'ENAMETOOLONG', 'ERR_INVALID_ARG_VALUE']);

/** Whether anything has this name, a dangling link included. Errors: `unreadable` where that cannot be known. */
export async function isThere(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if (nothing.has(systemCode(error))) return false;
    throw readFailure(path, error);
  }
}
