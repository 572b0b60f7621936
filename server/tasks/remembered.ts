import { deserialize, serialize } from 'node:v8';
import { Cache, cacheFolder } from '../bytes/cache.ts';
import type { WeightsFile } from '../models/model.ts';

/** Counted up whenever results of the same question become others. */
const version = 2;

export interface Remembering {
  /** What it depends on besides its file. */
  readonly question: readonly unknown[];
  readonly file: WeightsFile;
  /** Whether the answer may be kept. */
  readonly mayWrite: boolean;
}

/** Answers from the cache, as long as the file has the size, time and header that it had; else `work` does, and that is kept. */
export async function remembered<T extends object>(
  { question, file, mayWrite }: Remembering,
  work: () => Promise<T>,
): Promise<T> {
  const cache = new Cache({ folder: cacheFolder() });
  const { path, size, modifiedMilliseconds, headerSha256 } = file;
  const key = [version, path, size, modifiedMilliseconds, headerSha256, ...question];
  const known = await cache.read(key);
  const kept = known === undefined ? undefined : unpacked(known, key);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- The key names the question, whose answer this is; only this function writes.
  if (kept !== undefined) return kept as T;
  const result = await work();
  if (mayWrite) await cache.write(key, serialize({ key, result }));
  return result;
}

function unpacked(content: Uint8Array, key: readonly unknown[]): unknown {
  try {
    const entry: unknown = deserialize(content);
    if (typeof entry !== 'object' || entry === null || !('key' in entry) || !('result' in entry))
      return undefined;
    if (JSON.stringify(entry.key) !== JSON.stringify(key)) return undefined;
    return entry.result;
  } catch {
    return undefined; // Cut off, or of another Node.js: the work is done again.
  }
}
