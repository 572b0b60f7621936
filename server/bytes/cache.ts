import { createHash, randomBytes } from 'node:crypto';
import { access, readFile, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { pruneFolder } from './pruneFolder.ts';
import { ensureFolder } from './ensureFolder.ts';
import { writing } from './ioFailure.ts';

/** What the cache may take on the disk; what was used least recently goes first. */
const mostBytes = 5e9;

/** Entries that are written before the cache looks again how large it is. */
const writesPerPrune = 256;

/** `$WEIGHT_STEERING_CACHE`, else `weight-steering` in the folder that the system has for caches; absolute. An empty variable is none. */
export function cacheFolder(
  environment: NodeJS.ProcessEnv = process.env,
  platform = process.platform,
): string {
  const { WEIGHT_STEERING_CACHE, XDG_CACHE_HOME, LOCALAPPDATA } = environment;
  if (WEIGHT_STEERING_CACHE) return resolve(WEIGHT_STEERING_CACHE);
  const home = homedir();
  if (platform === 'win32') return join(LOCALAPPDATA || join(home, 'AppData', 'Local'), 'weight-steering');
  if (platform === 'darwin') return join(home, 'Library', 'Caches', 'weight-steering');
  return join(XDG_CACHE_HOME || join(home, '.cache'), 'weight-steering');
}

export interface CacheOptions {
  readonly folder: string;
  /** Default: 5 GB. */
  readonly mostBytes?: number;
}

/**
 * Results that took long, by a key that says everything they depend on. Shared with other processes, and safe to delete at any
 * time: whatever goes wrong here, the work is done again.
 */
export class Cache {
  readonly #options: CacheOptions;
  #writes = 0;

  constructor(options: CacheOptions) {
    this.#options = options;
  }

  /** Undefined where there is nothing, or nothing that can be read. */
  async read(key: readonly unknown[]): Promise<Uint8Array | undefined> {
    const path = this.#pathOf(key);
    try {
      const content = await readFile(path);
      const now = new Date();
      await utimes(path, now, now).catch(() => {}); // A cache that may only be read is still of use.
      return content;
    } catch {
      return undefined;
    }
  }

  async write(key: readonly unknown[], content: Uint8Array): Promise<void> {
    const { folder, mostBytes: limit = mostBytes } = this.#options;
    const path = this.#pathOf(key);
    try {
      await ensureFolder(dirname(path));
      await put(path, content);
      if (this.#writes++ % writesPerPrune === 0) await pruneFolder(folder, limit);
    } catch {
      // A full or read-only disk makes the next one wait, no more.
    }
  }

  /**
   * Keeps an entry that is read as a file, and says where it is. Errors: `disk-full`, `write-failed`; unlike answers, what is
   * kept here is needed.
   */
  async keep(key: readonly unknown[], content: Uint8Array): Promise<string> {
    const path = this.#pathOf(key);
    await writing(path, async () => {
      await ensureFolder(dirname(path));
      await put(path, content);
    });
    return path;
  }

  /** Where an entry is, if it is there. Nothing is said of when it was used, so that a plan that reads it stays the same. */
  async find(key: readonly unknown[]): Promise<string | undefined> {
    const path = this.#pathOf(key);
    return await access(path).then(
      () => path,
      () => undefined,
    );
  }

  #pathOf(key: readonly unknown[]): string {
    const hash = createHash('sha256').update(JSON.stringify(key)).digest('hex');
    return join(this.#options.folder, hash.slice(0, 2), hash.slice(2));
  }
}

/**
 * Others see all of an entry or nothing. It is not synced, which would take longer than what most entries save: after
 * a power cut it may be cut off, and whoever unpacks it notices.
 */
async function put(path: string, content: Uint8Array): Promise<void> {
  const temporary = `${path}.${randomBytes(6).toString('hex')}`;
  try {
    await writeFile(temporary, content, { flag: 'wx' });
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
