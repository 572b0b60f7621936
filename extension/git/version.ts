import { basename } from 'node:path';

/** A file as Git has it. */
export interface Version {
  /** Absolute, where the file is in the working tree. */
  readonly path: string;
  /** A commit; empty: the index; `~`: the index too, as what the working tree is compared with; `~2`: a stage of a merge. */
  readonly ref: string;
}

/** The parts of a URI that say which version it is. */
export interface VersionAddress {
  readonly scheme: string;
  readonly query: string;
}

export const gitScheme = 'git';

/** What an address of VS Code's Git extension stands for; undefined for every other. */
export function versionAt({ scheme, query }: VersionAddress): Version | undefined {
  if (scheme !== gitScheme) return undefined;
  try {
    const parsed: unknown = JSON.parse(query);
    if (typeof parsed !== 'object' || parsed === null || !('path' in parsed && 'ref' in parsed))
      return undefined;
    const { path, ref } = parsed;
    return typeof path === 'string' && typeof ref === 'string' ? { path, ref } : undefined;
  } catch {
    return undefined; // An address that somebody else made.
  }
}

/** How `git` names it, asked in the folder of the file. What is not staged is in the index as it is in HEAD. */
export function objectName({ path, ref }: Version): string {
  const file = `./${basename(path)}`;
  const stage = /^~(?<stage>\d)$/.exec(ref)?.groups?.['stage'];
  if (stage !== undefined) return `:${stage}:${file}`;
  return ref === '' || ref === '~' ? `:${file}` : `${ref}:${file}`;
}
