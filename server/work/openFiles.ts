import { closeSync, constants, fstatSync, openSync } from 'node:fs';
import { readFailure, writeFailure } from '../bytes/ioFailure.ts';
import { ServerError } from '../errors.ts';
import type { OpenFile } from './exactIo.ts';
import type { Job } from './job.ts';
import type { OpenFiles } from './tasks.ts';
import { widths } from './widths.ts';

/**
 * Opens every file of a job; disposing closes them. Inputs that are missing are `file-not-found`; outputs must be
 * there and large enough for every place in them, else `write-failed`: nothing here creates or extends a file.
 */
export function openFiles(job: Job): OpenFiles & Disposable {
  const opened: OpenFile[] = [];
  const close = () => opened.forEach(({ descriptor }) => closeSync(descriptor));
  const open = (path: string, flags: number) => {
    const file = { path, descriptor: openSync(path, flags) };
    opened.push(file);
    return file;
  };
  try {
    const inputs = job.inputs.map((path) => orFail(readFailure, path, () => open(path, constants.O_RDONLY)));
    const outputs = job.outputs.map((path) => orFail(writeFailure, path, () => open(path, constants.O_RDWR)));
    const ends = outputEnds(job);
    outputs.forEach((file, index) => checkSize(file, ends.get(index) ?? 0));
    return { inputs, outputs, [Symbol.dispose]: close };
  } catch (error) {
    close();
    throw error;
  }
}

function orFail<T>(toFailure: (path: string, error: unknown) => ServerError, path: string, open: () => T): T {
  try {
    return open();
  } catch (error) {
    throw toFailure(path, error);
  }
}

function checkSize({ path, descriptor }: OpenFile, end: number): void {
  const { size } = fstatSync(descriptor);
  if (size >= end) return;
  throw new ServerError(
    'write-failed',
    path,
    `is ${size} bytes long, but ${end} bytes are to be written into it`,
  );
}

/** The byte after the last one written, per output file. */
function outputEnds(job: Job): Map<number, number> {
  const ends = new Map<number, number>();
  for (const item of job.items) {
    if (!('places' in item)) continue;
    for (const { file, offset } of item.places) {
      ends.set(file, Math.max(ends.get(file) ?? 0, offset + placeBytes(item)));
    }
  }
  return ends;
}

function placeBytes(item: Extract<Job['items'][number], { places: unknown }>): number {
  switch (item.kind) {
    case 'copy':
      return item.bytes;
    case 'steer':
      return item.rows * item.columns * widths[item.dtype];
    case 'stack':
      return item.parts.reduce((sum, { factor }) => sum + factor.rows * factor.columns * 4, 0);
  }
}
