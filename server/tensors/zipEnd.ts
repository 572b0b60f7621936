import type { ByteSource } from '../bytes/byteSource.ts';
import { ServerError } from '../errors.ts';

/** Where the central directory of an archive lies. */
export interface DirectoryPlace {
  readonly start: number;
  readonly length: number;
  readonly count: number;
}

const fixedLength = 22;
const longestComment = 0xffff;
const locatorLength = 20;
const wideLength = 56;

/**
 * The end record of a zip archive (APPNOTE §4.3.16), or the zip64 one (§4.3.14) where that is due. `invalid-pickle`
 * where there is none, or where what it says does not fit the file.
 */
export async function endOfDirectory(source: ByteSource, signal?: AbortSignal): Promise<DirectoryPlace> {
  const length = Math.min(source.size, fixedLength + longestComment);
  const tail = await source.read(source.size - length, length, signal);
  const view = new DataView(tail.buffer, tail.byteOffset, tail.byteLength);
  const at = findEnd(view);
  if (at === undefined) throw refuse(source, 'has no zip directory at its end; it is cut off or no archive');
  const end = source.size - length + at;
  const place = {
    count: view.getUint16(at + 10, true),
    length: view.getUint32(at + 12, true),
    start: view.getUint32(at + 16, true),
  };
  const isWide = place.count === 0xffff || place.length === 0xffffffff || place.start === 0xffffffff;
  const found = isWide ? await wideEnd(source, end, signal) : place;
  if (found.start + found.length <= end) return found;
  throw refuse(
    source,
    `says that its directory has ${found.length} bytes at ${found.start}, but it ends at ${end}`,
  );
}

/** The last one whose comment ends where the file does. */
function findEnd(view: DataView): number | undefined {
  for (let at = view.byteLength - fixedLength; at >= 0; at--) {
    if (view.getUint32(at, true) !== 0x06054b50) continue;
    if (at + fixedLength + view.getUint16(at + 20, true) === view.byteLength) return at;
  }
  return undefined;
}

async function wideEnd(source: ByteSource, end: number, signal?: AbortSignal): Promise<DirectoryPlace> {
  if (end < locatorLength + wideLength)
    throw refuse(source, 'has no room for the zip64 directory that it needs');
  const locator = viewOf(await source.read(end - locatorLength, locatorLength, signal));
  if (locator.getUint32(0, true) !== 0x07064b50)
    throw refuse(source, 'lacks the zip64 directory that it needs');
  const at = Number(locator.getBigUint64(8, true));
  if (!(at <= end - locatorLength - wideLength))
    throw refuse(source, `has its zip64 directory at ${at}, beyond its end`);
  const record = viewOf(await source.read(at, wideLength, signal));
  if (record.getUint32(0, true) !== 0x06064b50) throw refuse(source, `has no zip64 directory at ${at}`);
  const [count = 0, length = 0, start = 0] = [32, 40, 48].map((place) =>
    Number(record.getBigUint64(place, true)),
  );
  return { count, length, start };
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function refuse({ name }: ByteSource, problem: string): ServerError {
  return new ServerError('invalid-pickle', name, problem);
}
