import { openFile } from '../bytes/fileSource.ts';
import { ServerError } from '../errors.ts';
import { longestPointer, refusePointer } from '../tensors/lfsPointer.ts';

/** Real configurations have some kilobytes. */
const largest = 2 ** 22;

/** What is nested deeper would be the end of whoever walks it. */
const deepest = 64;

export type JsonObject = Readonly<Record<string, unknown>>;

/**
 * Reads a small file that holds one JSON object, such as `config.json`, as Python does: where a key comes twice, the
 * last counts; `Infinity` is a number. `NaN` is null here. Errors: `file-not-found`, `unreadable`, `too-large` (above
 * 4 MB), `git-lfs-pointer`, `invalid-config`.
 */
export async function readJsonFile(path: string, signal?: AbortSignal): Promise<JsonObject> {
  await using source = await openFile(path, signal);
  const { name, size } = source;
  if (size > largest) throw new ServerError('too-large', name, `has ${size} bytes; the limit is ${largest}`);
  const bytes = await source.read(0, size, signal);
  refusePointer(name, bytes.subarray(0, longestPointer));
  const value = parse(name, bytes);
  if (!isJsonObject(value)) {
    throw new ServerError('invalid-config', name, `holds ${kindOf(value)} where an object {…} is due`);
  }
  if (isDeeperThan(deepest, value)) {
    throw new ServerError('invalid-config', name, `is nested deeper than ${deepest} levels`);
  }
  return value;
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
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return JSON.parse(withPythonNumbers(text));
  } catch (error) {
    const why = error instanceof SyntaxError ? `is not JSON: ${error.message}` : 'is not valid UTF-8';
    throw new ServerError('invalid-config', name, why, { cause: error });
  }
}

/** Python writes words for three numbers that JSON does not have; a number too large for JavaScript is read as infinite. */
function withPythonNumbers(text: string): string {
  if (!/\b(?:Infinity|NaN)\b/.test(text)) return text;
  return text.replace(/"(?:[^"\\]|\\.)*"|\bInfinity\b|\bNaN\b/gs, (found) => {
    if (found.startsWith('"')) return found;
    return found === 'NaN' ? 'null' : '1e999';
  });
}

function isDeeperThan(levels: number, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((inner) => isDeeperThan(levels - 1, inner));
}
