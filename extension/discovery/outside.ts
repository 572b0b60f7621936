import { relative, sep } from 'node:path';

/** Each is watched with all that is in it, which systems do not let many be. */
const mostFolders = 16;

/** The folders that no other of them and none of the window's holds: those have to be watched by themselves. */
export function outside(folders: readonly string[], window: readonly string[]): readonly string[] {
  const distinct = [...new Set(folders)];
  const isCovered = (folder: string) =>
    window.some((other) => holds(other, folder)) ||
    distinct.some((other) => other !== folder && holds(other, folder));
  return distinct.filter((folder) => !isCovered(folder)).slice(0, mostFolders);
}

function holds(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && way !== path);
}
