import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { resolve } from 'node:path';
import { ServerError } from '../errors.ts';
import type { ByteSource } from './byteSource.ts';
import { checkRange, shortRead } from './checkRange.ts';
import { readFailure } from './ioFailure.ts';

export interface FileSource extends ByteSource, AsyncDisposable {
  readonly modifiedMilliseconds: number;
  /** `read` into memory that there is already: new memory for every piece of a large file costs more than reading it. */
  readInto(target: Uint8Array, offset: number, signal?: AbortSignal): Promise<void>;
}

/**
 * Opens a regular file for reading, symbolic links followed; one handle, which lives until it is disposed of.
 * Size and time are those at opening. Errors: `file-not-found`, `unreadable` (folders, pipes and devices too).
 */
export async function openFile(path: string, signal?: AbortSignal): Promise<FileSource> {
  signal?.throwIfAborted();
  const name = resolve(path);
  const handle = await openForReading(name);
  try {
    const { size, mtimeMs } = await regularFile(handle, name);
    return {
      name,
      size,
      modifiedMilliseconds: mtimeMs,
      async read(offset, length, readSignal) {
        readSignal?.throwIfAborted();
        checkRange(name, size, offset, length);
        const bytes = new Uint8Array(length);
        await readExactly(handle, { name, offset, target: bytes, signal: readSignal });
        return bytes;
      },
      async readInto(target, offset, readSignal) {
        readSignal?.throwIfAborted();
        checkRange(name, size, offset, target.length);
        await readExactly(handle, { name, offset, target, signal: readSignal });
      },
      [Symbol.asyncDispose]: () => handle.close(),
    };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** Without O_NONBLOCK, opening a pipe that nobody writes to would wait for ever. Windows has neither. */
async function openForReading(name: string): Promise<FileHandle> {
  try {
    return await open(name, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  } catch (error) {
    throw readFailure(name, error);
  }
}

async function regularFile(handle: FileHandle, name: string) {
  const facts = await handle.stat();
  if (facts.isFile()) return facts;
  const kind = facts.isDirectory() ? 'a folder' : 'a pipe or device';
  throw new ServerError('unreadable', name, `is ${kind}, not a file`);
}

interface Range {
  readonly name: string;
  readonly offset: number;
  readonly target: Uint8Array;
  readonly signal: AbortSignal | undefined;
}

/** A read may return less than was asked for (signals, network file systems), so it is repeated until nothing comes. */
async function readExactly(handle: FileHandle, { name, offset, target, signal }: Range): Promise<void> {
  const { length } = target;
  let done = 0;
  while (done < length) {
    signal?.throwIfAborted();
    const { bytesRead } = await handle
      .read(target, done, length - done, offset + done)
      .catch((error: unknown) => {
        throw readFailure(name, error);
      });
    if (bytesRead === 0) throw shortRead(name, offset, length, done);
    done += bytesRead;
  }
}
