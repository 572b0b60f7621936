import { createHash } from 'node:crypto';
import type { ByteSource } from '../../bytes/byteSource.ts';
import { ServerError } from '../../errors.ts';
import { longestPointer, refusePointer } from '../lfsPointer.ts';
import type { StoredTensor } from '../storedTensor.ts';
import { NeedsMore } from './ggufBytes.ts';
import { type GgufHeader, parseHeader } from './ggufHeader.ts';
import { placeTensors } from './ggufTensors.ts';
import type { GgufValue } from './ggufValue.ts';

/** Vocabularies are in it: the largest known take some ten megabytes. */
const largestHeader = 2 ** 26;
const firstRead = 2 ** 20;

/** What the header of a GGUF file says. */
export interface GgufFile {
  /** In the order of their data, with the names that llama.cpp gives them. */
  readonly tensors: readonly StoredTensor[];
  readonly values: ReadonlyMap<string, GgufValue>;
  /** SHA-256 of everything before the data, in hexadecimal. */
  readonly headerSha256: string;
}

/**
 * Reads metadata and tensor list of a GGUF file, version 2 or 3 (ggml/docs/gguf.md), and nothing of the data. Every
 * tensor has to lie in the file: one that is cut off is refused, with the numbers. Errors: `invalid-gguf`,
 * `unsupported-format` (version 1, big-endian), `too-large`, `git-lfs-pointer`. One part of several is read by itself.
 */
export async function readGguf(source: ByteSource, signal?: AbortSignal): Promise<GgufFile> {
  for (let length = firstRead; ; length = Math.min(4 * length, largestHeader)) {
    const bytes = await source.read(0, Math.min(length, source.size), signal);
    refusePointer(source.name, bytes.subarray(0, longestPointer));
    const header = attempt(source, bytes);
    if (header === undefined) continue;
    return {
      tensors: placeTensors(source, header),
      values: header.values,
      headerSha256: createHash('sha256').update(bytes.subarray(0, header.length)).digest('hex'),
    };
  }
}

/** Undefined where more of the file has to be read. */
function attempt({ name, size }: ByteSource, bytes: Uint8Array): GgufHeader | undefined {
  try {
    return parseHeader(name, bytes);
  } catch (error) {
    if (!(error instanceof NeedsMore)) throw error;
    if (bytes.length === size) {
      throw new ServerError('invalid-gguf', name, `ends in the middle of its header, after ${size} bytes`);
    }
    if (bytes.length < largestHeader) return undefined;
    throw new ServerError('too-large', name, `has a header of more than ${largestHeader} bytes`);
  }
}
