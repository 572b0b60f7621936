import { readSync, writeSync } from 'node:fs';
import { shortRead } from '../bytes/checkRange.ts';
import { readFailure, writeFailure } from '../bytes/ioFailure.ts';

/** A file the process has open; its threads share the descriptor. */
export interface OpenFile {
  readonly path: string;
  readonly descriptor: number;
}

/** Fills `target` from `position` on, or fails with `short-read` or `unreadable`. Blocks: for I/O threads. */
export function readExactly({ path, descriptor }: OpenFile, position: number, target: Uint8Array): void {
  let done = 0;
  while (done < target.length) {
    const count = reading(path, () =>
      readSync(descriptor, target, done, target.length - done, position + done),
    );
    if (count === 0) throw shortRead(path, position, target.length, done);
    done += count;
  }
}

/** Writes all of `source` at `position`, or fails with `disk-full` or `write-failed`. Blocks: for I/O threads. */
export function writeExactly({ path, descriptor }: OpenFile, position: number, source: Uint8Array): void {
  let done = 0;
  while (done < source.length) {
    try {
      done += writeSync(descriptor, source, done, source.length - done, position + done);
    } catch (error) {
      throw writeFailure(path, error);
    }
  }
}

function reading(path: string, read: () => number): number {
  try {
    return read();
  } catch (error) {
    throw readFailure(path, error);
  }
}
