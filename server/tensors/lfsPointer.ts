import { basename } from 'node:path';
import { bytes } from '#protocol/figures.ts';
import { ServerError } from '../errors.ts';

/** A pointer file is shorter than this (Git LFS specification, version 1). */
export const longestPointer = 1024;

const pattern = /^version https:\/\/git-lfs[^\n]*\n(?:[^\n]*\n)*?size (\d+)/;

/** Throws `git-lfs-pointer` where a file is the stand-in that Git leaves when its contents were not downloaded. */
export function refusePointer(file: string, start: Uint8Array): void {
  const pointer = readPointer(start);
  if (pointer === undefined) return;
  const contents = pointer.size === undefined ? 'its contents' : bytes(pointer.size);
  const problem = `is a Git LFS pointer, ${contents} not fetched: ${pullCommand([basename(file)])}`;
  throw new ServerError('git-lfs-pointer', file, problem);
}

/** What such a stand-in says, from the beginning of a file; undefined where it is none. */
export function readPointer(start: Uint8Array): { readonly size: number | undefined } | undefined {
  if (start[0] !== 0x76) return undefined;
  const length = Math.min(start.length, longestPointer);
  const text = Buffer.from(start.buffer, start.byteOffset, length).toString('latin1');
  if (!text.startsWith('version https://git-lfs')) return undefined;
  const size = pattern.exec(text)?.[1];
  return { size: size === undefined ? undefined : Number(size) };
}

/** Fetches files by their names, in whatever folder of the repository they are. */
export function pullCommand(names: readonly string[]): string {
  return `git lfs pull --include ${JSON.stringify(names.join(','))}`;
}
