import { randomUUID } from 'node:crypto';
import { copyFile, constants, link, mkdir, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { RequestFailure } from '#protocol/failure.ts';
import { l10n } from 'vscode';
import { isThere } from '../isThere.ts';
import { lfsObject, longestPointer } from './lfsObject.ts';
import { gitIntoFile, gitOutput, type GitOptions } from './runGit.ts';
import { objectName, type Version } from './version.ts';

/** Unused for so long, a version is taken out of Git again when it is needed. */
const keptMilliseconds = 7 * 24 * 3600 * 1000;

/**
 * Versions of files as files, for whoever reads files: each is taken out of Git once. Where Git LFS has what a pointer
 * stands for, that is linked; where it has not, the pointer is all there is.
 */
export class VersionFiles {
  readonly #folder: string;
  readonly #program: () => Promise<string>;
  #pruned: Promise<void> | undefined;

  /** `program` says which Git to run, and rejects where there is none. */
  constructor(folder: string, program: () => Promise<string>) {
    this.#folder = folder;
    this.#program = program;
  }

  /** `file-not-found` where Git has no such version. */
  async fileOf(version: Version, signal: AbortSignal): Promise<string> {
    const options = { program: await this.#program(), folder: dirname(version.path), signal };
    const blob = await blobOf(version, options);
    await (this.#pruned ??= prune(this.#folder));
    const path = join(this.#folder, blob, basename(version.path));
    const now = new Date();
    if (await isThere(path)) await utimes(dirname(path), now, now);
    else await take(blob, path, options);
    return path;
  }
}

async function blobOf(version: Version, options: GitOptions): Promise<string> {
  const { signal } = options;
  try {
    const name = objectName(version);
    return String(await gitOutput(['rev-parse', '--verify', '--end-of-options', name], options)).trim();
  } catch {
    signal.throwIfAborted();
    const name = basename(version.path);
    const message =
      version.ref === '' || version.ref.startsWith('~')
        ? l10n.t('Git has no earlier version of {0}.', name)
        : l10n.t('Git has no {0} in {1}.', name, version.ref);
    throw new RequestFailure({ code: 'file-not-found', message, subject: version.path });
  }
}

/** Writes beside the path first: what is there under its name is whole. */
async function take(blob: string, path: string, options: GitOptions): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const partial = `${path}.${randomUUID()}`;
  try {
    const fetched = await fetchedObject(blob, options);
    if (fetched === undefined) await gitIntoFile(['cat-file', 'blob', blob], partial, options);
    else await link(fetched, partial).catch(() => copyFile(fetched, partial, constants.COPYFILE_FICLONE));
    await rename(partial, path);
  } finally {
    await rm(partial, { force: true });
  }
}

/** The file of Git LFS's that a pointer stands for, where it is here. */
async function fetchedObject(blob: string, options: GitOptions): Promise<string | undefined> {
  const size = Number(String(await gitOutput(['cat-file', '-s', blob], options)));
  if (size > longestPointer) return undefined;
  const object = lfsObject(String(await gitOutput(['cat-file', 'blob', blob], options)));
  if (object === undefined) return undefined;
  const common = String(await gitOutput(['rev-parse', '--git-common-dir'], options)).trim();
  const path = resolve(options.folder, common, object);
  return (await isThere(path)) ? path : undefined;
}

async function prune(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names) {
    const path = join(folder, name);
    const used = await stat(path).catch(() => undefined);
    if (used !== undefined && Date.now() - used.mtimeMs > keptMilliseconds)
      await rm(path, { recursive: true, force: true });
  }
}
