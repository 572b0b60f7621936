import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Removes the files of two-letter sub-folders, those used longest ago first, until the rest is within the limit. */
export async function pruneFolder(folder: string, mostBytes: number): Promise<void> {
  const files = (await entriesOf(folder)).toSorted(
    (one, other) => other.usedMilliseconds - one.usedMilliseconds,
  );
  let kept = 0;
  for (const { path, size } of files) {
    kept += size;
    if (kept > mostBytes) await rm(path, { force: true });
  }
}

interface Entry {
  readonly path: string;
  readonly size: number;
  readonly usedMilliseconds: number;
}

async function entriesOf(folder: string): Promise<readonly Entry[]> {
  const entries: Entry[] = [];
  for (const part of await readdir(folder)) {
    if (!/^[0-9a-f]{2}$/.test(part)) continue; // Nothing that this program did not put there.
    for (const name of await readdir(join(folder, part))) {
      const path = join(folder, part, name);
      const facts = await stat(path).catch(() => undefined); // Another process may have removed it.
      if (facts?.isFile() === true) entries.push({ path, size: facts.size, usedMilliseconds: facts.mtimeMs });
    }
  }
  return entries;
}
