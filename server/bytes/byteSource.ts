/**
 * Random access to the bytes of one file.
 *
 * Files here are larger than memory, so nothing may read one whole. A source returns exactly the bytes
 * asked for, or throws: a short read is an error (`short-read`), never zeros.
 */
export interface ByteSource {
  /** Absolute path, for messages. */
  readonly name: string;
  readonly size: number;
  /** `length` is at most 2³¹ − 1; larger asks are refused with `too-large`. */
  read(offset: number, length: number, signal?: AbortSignal): Promise<Uint8Array<ArrayBuffer>>;
}
