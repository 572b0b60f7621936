import { isAbsolute, relative, sep } from 'node:path';

/** A path as people would type it: relative to the current folder where it lies below, else absolute. */
export function shownPath(path: string, folder: string): string {
  const way = relative(folder, path);
  const isBelow = way !== '' && way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
  return isBelow ? way : path;
}
