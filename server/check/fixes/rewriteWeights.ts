import { constants } from 'node:fs';
import * as files from 'node:fs/promises';
import { type FileSource, openFile } from '../../bytes/fileSource.ts';
import { readSafetensors, type SafetensorsFile } from '../../tensors/safetensorsHeader.ts';
import { layOut } from '../../tensors/safetensorsWriter.ts';
import type { StoredTensor } from '../../tensors/storedTensor.ts';

export interface Rewrite {
  /** Tensors that go. */
  readonly without?: ReadonlySet<string>;
  /** Entries of the metadata that are added or replaced. */
  readonly metadata?: ReadonlyMap<string, string>;
  readonly signal: AbortSignal;
}

const block = 2 ** 23;

/**
 * Writes a safetensors file with another header to `temporary`, and reads that back. Where the new header fits into the old one's
 * room, the file is cloned, which takes no space where the file system can, and only the header is written.
 */
export async function rewriteWeights(path: string, temporary: string, rewrite: Rewrite): Promise<void> {
  const { without, metadata, signal } = rewrite;
  await using source = await openFile(path, signal);
  const file = await readSafetensors(source, signal);
  const kept = file.tensors.filter(({ name }) => without?.has(name) !== true);
  const { header } = layOut(path, kept, new Map([...(metadata ?? []), ...remaining(file, metadata)]));
  const room = 8 + file.headerBytes;
  if (kept.length === file.tensors.length && header.length <= room)
    await writeHeader(path, temporary, padded(header, room));
  else await writeWhole(source, temporary, { header, kept, signal });
  await verify(temporary, kept, signal);
}

/** The metadata that stays. */
function remaining(
  { metadata }: SafetensorsFile,
  added: Rewrite['metadata'],
): readonly (readonly [string, string])[] {
  return [...metadata].filter(([key]) => added?.has(key) !== true);
}

/** JSON may end in spaces; the length at the start counts them. */
function padded(header: Uint8Array, room: number): Uint8Array {
  const whole = new Uint8Array(room).fill(0x20);
  whole.set(header);
  new DataView(whole.buffer).setBigUint64(0, BigInt(room - 8), true);
  return whole;
}

async function writeHeader(path: string, temporary: string, header: Uint8Array): Promise<void> {
  await files.copyFile(path, temporary, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
  await files.chmod(temporary, ((await files.stat(temporary)).mode & 0o777) | 0o200);
  const handle = await files.open(temporary, 'r+');
  try {
    await writeAll(handle, header, 0);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

interface Whole {
  readonly header: Uint8Array;
  readonly kept: readonly StoredTensor[];
  readonly signal: AbortSignal;
}

async function writeWhole(
  source: FileSource,
  temporary: string,
  { header, kept, signal }: Whole,
): Promise<void> {
  const handle = await files.open(temporary, 'wx');
  try {
    await writeAll(handle, header, 0);
    let at = header.length;
    for (const { offset, bytes } of kept) {
      for (let done = 0; done < bytes; done += block) {
        const part = await source.read(offset + done, Math.min(block, bytes - done), signal);
        await writeAll(handle, part, at + done);
      }
      at += bytes;
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function writeAll(handle: files.FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  let done = 0;
  while (done < bytes.length) {
    const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
  }
}

/** A file that cannot be read, or has other tensors, never takes the old one's place. */
async function verify(temporary: string, kept: readonly StoredTensor[], signal: AbortSignal): Promise<void> {
  await using written = await openFile(temporary, signal);
  const { tensors } = await readSafetensors(written, signal);
  const isSame =
    tensors.length === kept.length &&
    tensors.every(({ name, bytes }, at) => name === kept[at]?.name && bytes === kept[at].bytes);
  if (!isSame) throw new Error(`What was written to ${temporary} is not what was meant.`);
}
