import type { ByteSource } from './byteSource.ts';
import { checkRange } from './checkRange.ts';

/** Bytes in memory behave as a file would; every read returns a copy. */
export function memorySource(name: string, bytes: Uint8Array): ByteSource {
  return {
    name,
    size: bytes.length,
    async read(offset, length, signal) {
      signal?.throwIfAborted();
      checkRange(name, bytes.length, offset, length);
      return Uint8Array.from(bytes.subarray(offset, offset + length));
    },
  };
}
