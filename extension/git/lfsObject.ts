import { join } from 'node:path';

/** Pointers are shorter. */
export const longestPointer = 1024;

/** Where Git LFS keeps what a pointer stands for, below the repository's Git folder; undefined for what is no pointer. */
export function lfsObject(text: string): string | undefined {
  if (!text.startsWith('version https://git-lfs.github.com/spec/v1\n')) return undefined;
  const oid = /^oid sha256:(?<oid>[\da-f]{64})$/m.exec(text)?.groups?.['oid'];
  return oid === undefined ? undefined : join('lfs', 'objects', oid.slice(0, 2), oid.slice(2, 4), oid);
}
