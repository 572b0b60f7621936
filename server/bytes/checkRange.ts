import { ServerError } from '../errors.ts';

const largestRead = 2 ** 31 - 1;

/**
 * Refuses, before anything is allocated, a read that no source can answer: `too-large` above 2³¹ − 1 bytes,
 * `short-read` where the file ends earlier.
 */
export function checkRange(name: string, size: number, offset: number, length: number): void {
  if (length > largestRead) {
    throw new ServerError(
      'too-large',
      name,
      `${length} bytes cannot be read at once; the limit is ${largestRead}`,
    );
  }
  if (offset + length > size) throw shortRead(name, offset, length, Math.max(0, size - offset));
}

/** The error `short-read` with its numbers. */
export function shortRead(name: string, offset: number, length: number, available: number): ServerError {
  const problem = `ends too early: ${length} bytes were expected at byte ${offset}, ${available} are there`;
  return new ServerError('short-read', name, problem);
}
