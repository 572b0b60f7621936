import { ServerError } from '../errors.ts';

/** The system's error code, such as `ENOENT`; empty where there is none. */
export function systemCode(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

/** What went wrong while opening or reading: `file-not-found`, or `unreadable` with the system's code. */
export function readFailure(path: string, error: unknown): ServerError {
  if (error instanceof ServerError) return error;
  const code = systemCode(error);
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return new ServerError('file-not-found', path, 'there is no such file', { cause: error });
  }
  return new ServerError('unreadable', path, `cannot be read: ${explain(code)}`, { cause: error });
}

/** Whether space or quota ran out. */
export function isFull(error: unknown): boolean {
  return ['ENOSPC', 'EDQUOT'].includes(systemCode(error));
}

/** What went wrong while writing: `disk-full` where space or quota ran out, else `write-failed` with the system's code. */
export function writeFailure(path: string, error: unknown): ServerError {
  if (error instanceof ServerError) return error;
  const code = systemCode(error);
  if (isFull(error)) {
    return new ServerError('disk-full', path, 'there is no space left to write it', { cause: error });
  }
  return new ServerError('write-failed', path, `cannot be written: ${explain(code)}`, { cause: error });
}

/** Runs an action that writes `path`; what it throws becomes a `writeFailure`. */
export async function writing<T>(path: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    throw writeFailure(path, error);
  }
}

const explanations = new Map([
  ['EACCES', 'permission denied'],
  ['EPERM', 'the operation is not permitted'],
  ['EISDIR', 'it is a folder'],
  ['ENOENT', 'there is no such file or folder'],
  ['ENOTDIR', 'a part of its path is not a folder'],
  ['EROFS', 'the file system is read-only'],
  ['ELOOP', 'its symbolic links run in a circle'],
  ['ENAMETOOLONG', 'the name is too long'],
  ['EFBIG', 'the file system does not allow a file of that size'],
  ['EXDEV', 'it is on another file system'],
  ['EMFILE', 'too many files are open'],
  ['EIO', 'the device reports an input/output error'],
  ['ERR_INVALID_ARG_VALUE', 'its path contains a zero byte'],
]);

function explain(code: string): string {
  const words = explanations.get(code);
  if (words !== undefined) return `${words} (${code})`;
  return code === '' ? 'the system gives no reason' : `the system says ${code}`;
}
