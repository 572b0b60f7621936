import { basename } from 'node:path';
import { bytes } from '#protocol/figures.ts';
import { ServerError } from '../errors.ts';

/** A pointer file is shorter than this (Git LFS specification, version 1). */
export const longestPointer = 1024;

const pattern = /^version https:\/\/git-lfs[^\n]*\n(?:[^\n]*\n)*?size (\d+)/;

/** Throws `git-lfs-pointer` where a file is the stand-in that Git leaves when its contents were not downloaded. */
export function refusePointer(file: string, start: Uint8Array): void {
  if (start[0] !== 0x76) return;
  const text = Buffer.from(start.buffer, start.byteOffset, Math.min(start.length, longestPointer)).toString(
    'latin1',
  );
  if (!text.startsWith('version https://git-lfs')) return;
  const size = pattern.exec(text)?.[1];
  const contents = size === undefined ? 'its contents' : bytes(Number(size));
  const remedy = `git lfs pull --include ${JSON.stringify(basename(file))}`;
  const problem = `is a Git LFS pointer, ${contents} not fetched: ${remedy}`;
  throw new ServerError('git-lfs-pointer', file, problem);
}
