import { dirname, isAbsolute, relative } from 'node:path';
import type { ServerSettings } from '#protocol/settings.ts';
import type { TaskContext } from '../tasks/taskContext.ts';
import { Warnings } from '../warnings.ts';

interface Asked {
  readonly signal: AbortSignal;
  readonly settings: ServerSettings;
}

/** What a task about this path is handed: the open folder that holds it, or its own. */
export function contextFor(path: string | undefined, { signal, settings }: Asked): TaskContext {
  const { folders, bases, trusted } = settings;
  return {
    folder: folderOf(path, folders),
    signal,
    warnings: new Warnings(),
    mayWrite: trusted,
    readsPickles: trusted,
    bases: new Map(Object.entries(bases)),
  };
}

/** The innermost open folder, else where the path is, else the first open folder. */
function folderOf(path: string | undefined, folders: readonly string[]): string {
  if (path === undefined) return folders[0] ?? '.';
  const holding = folders.filter((folder) => isInside(path, folder));
  return holding.toSorted((one, other) => other.length - one.length)[0] ?? dirname(path);
}

function isInside(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return !way.startsWith('..') && !isAbsolute(way);
}
