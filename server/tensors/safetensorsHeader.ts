import { createHash } from 'node:crypto';
import type { ByteSource } from '../bytes/byteSource.ts';
import { ServerError } from '../errors.ts';
import { scanHeader, type HeaderEntry } from './headerScanner.ts';
import { quote } from './jsonScanner.ts';
import { longestPointer, refusePointer } from './lfsPointer.ts';
import type { StoredTensor } from './storedTensor.ts';

/** Headers above this are refused: the largest models known have 10 MB. */
const largestHeader = 2 ** 25;

/** What the header of one file says. */
export interface SafetensorsFile {
  /** Absolute path. */
  readonly path: string;
  readonly size: number;
  /** In the order of their data. */
  readonly tensors: readonly StoredTensor[];
  readonly metadata: ReadonlyMap<string, string>;
  /** Length of the JSON, padding included; the data begins 8 bytes after it. */
  readonly headerBytes: number;
  /** SHA-256 of the 8-byte length and the JSON, in hexadecimal. */
  readonly headerSha256: string;
}

/** What a header says, before anything is said of where the data lie. */
export interface SafetensorsHeader {
  readonly entries: readonly HeaderEntry[];
  readonly metadata: ReadonlyMap<string, string>;
  readonly headerBytes: number;
  readonly headerSha256: string;
}

/**
 * Reads the header of a safetensors file, whatever it holds, and nothing else. All rules of the format are enforced,
 * and two that the reference implementation leaves open: an entry has no further fields, no name comes twice.
 * Errors: `invalid-safetensors`, `too-large` (header above 32 MB, more than 250,000 tensors), `git-lfs-pointer`.
 */
export async function readSafetensors(source: ByteSource, signal?: AbortSignal): Promise<SafetensorsFile> {
  return placed(source, await readHeader(source, signal));
}

/** The first half of `readSafetensors`, with the same errors: tensors may still overlap, or lie beyond the end. */
export async function readHeader(source: ByteSource, signal?: AbortSignal): Promise<SafetensorsHeader> {
  const start = await source.read(0, Math.min(source.size, longestPointer), signal);
  refusePointer(source.name, start);
  const headerBytes = headerLength(source, start);
  const header = await source.read(0, 8 + headerBytes, signal);
  const { entries, metadata } = scanHeader(source.name, header.subarray(8));
  const headerSha256 = createHash('sha256').update(header).digest('hex');
  return { entries, metadata, headerBytes, headerSha256 };
}

/** The second half: `invalid-safetensors` where the tensors do not cover the data, each byte once. */
export function placed(
  source: Pick<ByteSource, 'name' | 'size'>,
  { entries, metadata, headerBytes, headerSha256 }: SafetensorsHeader,
): SafetensorsFile {
  const tensors = place(source, 8 + headerBytes, entries);
  return { path: source.name, size: source.size, tensors, metadata, headerBytes, headerSha256 };
}

function headerLength({ name, size }: ByteSource, start: Uint8Array): number {
  const refuse = (problem: string) => new ServerError('invalid-safetensors', name, problem);
  if (size < 8) throw refuse(`has ${size} bytes, too few for a header`);
  const length = new DataView(start.buffer, start.byteOffset).getBigUint64(0, true);
  if (length > BigInt(size - 8)) {
    throw refuse(
      `claims a header of ${length} bytes, but only ${size - 8} follow; it is cut off or not safetensors`,
    );
  }
  if (length > BigInt(largestHeader)) {
    throw new ServerError(
      'too-large',
      name,
      `has a header of ${length} bytes; the limit is ${largestHeader}`,
    );
  }
  if (start[8] !== 0x7b && length > 0n) throw refuse('has a header that does not begin with "{"');
  return Number(length);
}

/** The data section must be covered from its first byte to the last of the file, with no hole and no overlap. */
function place(
  { name: file, size }: Pick<ByteSource, 'name' | 'size'>,
  origin: number,
  entries: readonly HeaderEntry[],
): StoredTensor[] {
  const refuse = (problem: string, tensor?: string) =>
    new ServerError('invalid-safetensors', file, problem, tensor === undefined ? {} : { tensor });
  const available = size - origin;
  let covered = 0;
  const tensors = inDataOrder(entries).map(({ name, dtype, shape, begin, end }) => {
    const range = `tensor ${quote(name)} at data bytes ${begin} to ${end}`;
    if (end > available)
      throw refuse(`${range} lies beyond the end: the file has ${available} data bytes`, name);
    if (begin > covered)
      throw refuse(`${range} follows a hole: ${covered} to ${begin} belong to no tensor`, name);
    if (begin < covered) throw refuse(`${range} overlaps another that ends at ${covered}`, name);
    covered = end;
    return { name, dtype, shape, file, offset: origin + begin, bytes: end - begin };
  });
  if (covered < available) {
    throw refuse(`has ${available} data bytes, but its tensors end at ${covered}`);
  }
  return tensors;
}

/** Most files are in order already; where several are empty at one place, the header's order stays. */
function inDataOrder(entries: readonly HeaderEntry[]): HeaderEntry[] {
  return entries.toSorted((before, after) => before.begin - after.begin || before.end - after.end);
}
