import { extname, join } from 'node:path';
import { bytes } from '#protocol/figures.ts';
import { concurrently } from '../bytes/concurrently.ts';
import { openFile } from '../bytes/fileSource.ts';
import { ServerError } from '../errors.ts';
import { longestPointer, pullCommand, readPointer } from './lfsPointer.ts';
import type { ShardIndex } from './shardIndex.ts';

const mostNamed = 5;

/** In place of what was said of one shard that is a Git LFS pointer: how many there are, and the bytes of all of them. */
export async function pointersAmong(
  { path, files }: ShardIndex,
  folder: string,
  signal?: AbortSignal,
): Promise<ServerError> {
  const read = await concurrently(files, 4, (file) => pointerAt(join(folder, file), signal));
  const pointers = read.flatMap((size, at) => (size === undefined ? [] : [{ file: files[at] ?? '', size }]));
  const total = pointers.reduce((sum, { size }) => sum + size, 0);
  const names = pointers.map(({ file }) => file);
  const kinds = [...new Set(names.map((name) => `*${extname(name)}`))];
  const problem =
    `puts its tensors into ${files.length} files of which ${names.length} are Git LFS pointers, ${bytes(total)} not fetched: ` +
    pullCommand(names.length > mostNamed ? kinds : names);
  return new ServerError('git-lfs-pointer', path, problem);
}

/** The bytes that a pointer stands for; undefined for any other file, or none. */
async function pointerAt(path: string, signal: AbortSignal | undefined): Promise<number | undefined> {
  try {
    await using source = await openFile(path, signal);
    const pointer = readPointer(await source.read(0, Math.min(source.size, longestPointer), signal));
    return pointer === undefined ? undefined : (pointer.size ?? 0);
  } catch (error) {
    if (error instanceof ServerError) return undefined;
    throw error;
  }
}
