import { openFile } from '../bytes/fileSource.ts';
import { ServerError } from '../errors.ts';
import { longestPointer, refusePointer } from '../tensors/lfsPointer.ts';

/** Real configurations have some kilobytes. */
const largest = 2 ** 22;

export type JsonObject = Readonly<Record<string, unknown>>;

/**
 * Reads a small file that holds one JSON object, such as `config.json`. Where a key comes twice, the last counts, as
 * in Python. Errors: `file-not-found`, `unreadable`, `too-large` (above 4 MB), `git-lfs-pointer`, `invalid-config`.
 */
export async function readJsonFile(path: string, signal?: AbortSignal): Promise<JsonObject> {
  await using source = await openFile(path, signal);
  const { name, size } = source;
  if (size > largest) throw new ServerError('too-large', name, `has ${size} bytes; the limit is ${largest}`);
  const bytes = await source.read(0, size, signal);
  refusePointer(name, bytes.subarray(0, longestPointer));
  const value = parse(name, bytes);
  if (isJsonObject(value)) return value;
  throw new ServerError('invalid-config', name, `holds ${kindOf(value)} where an object {…} is due`);
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What a value is, in words for a message. */
export function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

function parse(name: string, bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    const why = error instanceof SyntaxError ? `is not JSON: ${error.message}` : 'is not valid UTF-8';
    throw new ServerError('invalid-config', name, why, { cause: error });
  }
}
