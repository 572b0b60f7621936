import type { ByteSource } from '../bytes/byteSource.ts';
import { ServerError } from '../errors.ts';
import { quote } from './jsonScanner.ts';
import { endOfDirectory } from './zipEnd.ts';

/** Of 150,000 storages, more than the largest archives of tensors have; a byte of it becomes four of memory. */
const largestDirectory = 2 ** 24;

/** One file in an archive, as the central directory describes it. */
export interface ZipEntry {
  readonly name: string;
  /** Of its local header, whose length only reading it tells. */
  readonly header: number;
  readonly size: number;
  /** Why its bytes cannot be used where they are: it is compressed or encrypted. */
  readonly odd?: string;
}

export interface ZipDirectory {
  readonly entries: ReadonlyMap<string, ZipEntry>;
  /** Where the directory begins: the data end before. */
  readonly start: number;
  /** Its own bytes. */
  readonly bytes: Uint8Array;
}

const signature = 0x02014b50;
const fixedLength = 46;
const unknown32 = 0xffffffff;

/**
 * The directory of a zip archive (PKWARE APPNOTE 6.3.10, §4.3.12 and §4.5.3), zip64 included, read from its end.
 * Only what is stored as it is can be a tensor; compressed and encrypted files are marked. Refused are names that come
 * twice or lead elsewhere, and sizes that do not fit the archive. Errors: `invalid-pickle`, `too-large`.
 */
export async function readZipDirectory(source: ByteSource, signal?: AbortSignal): Promise<ZipDirectory> {
  const { start, length, count } = await endOfDirectory(source, signal);
  if (length > largestDirectory) {
    const problem = `has a zip directory of ${length} bytes; the limit is ${largestDirectory}`;
    throw new ServerError('too-large', source.name, problem);
  }
  const bytes = await source.read(start, length, signal);
  const entries = new Map<string, ZipEntry>();
  let at = 0;
  for (let index = 0; index < count; index++) {
    const { entry, next } = entryAt(source.name, bytes, at);
    if (entries.has(entry.name)) throw refuse(source.name, `holds ${quote(entry.name)} twice`);
    if (entry.header + entry.size > start) throw outside(source.name, entry, start);
    entries.set(entry.name, entry);
    at = next;
  }
  if (at !== length)
    throw refuse(source.name, `has a zip directory of ${length} bytes, of which ${at} are used`);
  return { entries, start, bytes };
}

function entryAt(
  file: string,
  bytes: Uint8Array,
  at: number,
): { readonly entry: ZipEntry; readonly next: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (at + fixedLength > bytes.length || view.getUint32(at, true) !== signature) {
    throw refuse(file, `has no zip entry at byte ${at} of its directory`);
  }
  const lengths = [28, 30, 32].map((place) => view.getUint16(at + place, true));
  const [nameLength = 0, extraLength = 0, commentLength = 0] = lengths;
  const extraAt = at + fixedLength + nameLength;
  const next = extraAt + extraLength + commentLength;
  if (next > bytes.length) throw refuse(file, `has a zip entry at byte ${at} that lies beyond its directory`);
  const name = nameOf(file, bytes.subarray(at + fixedLength, extraAt));
  const sizes = sizesOf(file, name, { view, at, extraAt, extraEnd: extraAt + extraLength });
  const odd = oddity(view, at, sizes);
  return { entry: { name, header: sizes.header, size: sizes.size, ...(odd !== undefined && { odd }) }, next };
}

interface Fields {
  readonly view: DataView;
  readonly at: number;
  readonly extraAt: number;
  readonly extraEnd: number;
}

interface Sizes {
  readonly size: number;
  readonly compressed: number;
  readonly header: number;
}

/** What is 0xffffffff in the entry follows in 64 bits in its extra field 1, in the order of the entry. */
function sizesOf(file: string, name: string, { view, at, extraAt, extraEnd }: Fields): Sizes {
  const wide = wideFields(view, extraAt, extraEnd);
  const numberAt = (place: number): number => {
    const short = view.getUint32(at + place, true);
    const long = short === unknown32 ? wide.next().value : BigInt(short);
    if (long !== undefined && long <= BigInt(Number.MAX_SAFE_INTEGER)) return Number(long);
    throw refuse(file, `says of ${quote(name)} that it has ${long ?? 'unknown'} bytes`);
  };
  const size = numberAt(24);
  const compressed = numberAt(20);
  return { size, compressed, header: numberAt(42) };
}

function* wideFields(view: DataView, start: number, end: number): Generator<bigint, undefined> {
  for (let at = start; at + 4 <= end; at += 4 + view.getUint16(at + 2, true)) {
    if (view.getUint16(at, true) !== 1) continue;
    const stop = Math.min(end, at + 4 + view.getUint16(at + 2, true));
    for (let field = at + 4; field + 8 <= stop; field += 8) yield view.getBigUint64(field, true);
    return undefined;
  }
  return undefined;
}

/** Why an entry cannot be read at its place; undefined where its bytes are stored as they are. */
function oddity(view: DataView, at: number, { size, compressed }: Sizes): string | undefined {
  const method = view.getUint16(at + 10, true);
  if (method !== 0 || size !== compressed)
    return `compressed (method ${method}); torch stores what is needed as it is`;
  return (view.getUint16(at + 8, true) & 1) === 0 ? undefined : 'encrypted';
}

/** Nothing is ever unpacked; a name that tries to lead elsewhere is nobody's tensor all the same. */
function nameOf(file: string, bytes: Uint8Array): string {
  const name = new TextDecoder().decode(bytes);
  if (name !== '' && !/[\\\0]|^\/|(?:^|\/)\.\.(?:\/|$)/.test(name)) return name;
  throw refuse(file, `holds a file named ${quote(name)}, which leads out of it`);
}

function outside(file: string, { name, header, size }: ZipEntry, end: number): ServerError {
  return refuse(file, `says that ${quote(name)} has ${size} bytes at ${header}, but its data end at ${end}`);
}

function refuse(file: string, problem: string): ServerError {
  return new ServerError('invalid-pickle', file, problem);
}
