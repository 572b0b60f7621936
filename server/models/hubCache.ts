import { readdir, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { openFile } from '../bytes/fileSource.ts';
import { readFailure, systemCode } from '../bytes/ioFailure.ts';
import { ServerError } from '../errors.ts';

/** A commit, whole or its first digits. */
const commitPattern = /^[0-9a-f]{6,64}$/;

/** A file of `refs` holds one commit and perhaps a line end. */
const longestRef = 80;

/** ORG/NAME, or NAME for the oldest models, by the rules of huggingface_hub; so nothing that leads out of the cache. */
export function isHubId(text: string): boolean {
  const part = '[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,94}[A-Za-z0-9_])?';
  return new RegExp(`^(?:${part}/)?${part}$`).test(text) && !/--|\.\.|\.git$/.test(text);
}

/**
 * Where huggingface_hub keeps what it downloaded, absolute: `HF_HUB_CACHE`, the older `HUGGINGFACE_HUB_CACHE`, `hub` in
 * `HF_HOME`, in `XDG_CACHE_HOME/huggingface`, in `~/.cache/huggingface`. An empty variable is none.
 */
export function hubCacheFolder(environment: NodeJS.ProcessEnv = process.env): string {
  const { HF_HUB_CACHE, HUGGINGFACE_HUB_CACHE, HF_HOME, XDG_CACHE_HOME } = environment;
  const home = HF_HOME || join(XDG_CACHE_HOME || join('~', '.cache'), 'huggingface');
  const folder = HF_HUB_CACHE || HUGGINGFACE_HUB_CACHE || join(home, 'hub');
  return resolve(withVariables(expandHome(folder), environment));
}

/** The command that fetches a model, or a revision of it: one that a shell would read otherwise is left out. */
export function downloadOf(id: string, revision?: string): string {
  const isPlain = revision !== undefined && /^\w[\w./-]*$/.test(revision);
  return `hf download ${id}${isPlain ? ` --revision ${revision}` : ''}`;
}

/** `~/…` in one's own home folder. */
export function expandHome(path: string): string {
  return /^~(?:[/\\]|$)/.test(path) ? join(homedir(), path.slice(1)) : path;
}

export interface Snapshot {
  /** Absolute. */
  readonly path: string;
  /** The whole commit. */
  readonly commit: string;
}

/**
 * What was downloaded of a Hub model at a branch, tag or commit (its first digits, if only one begins with them);
 * undefined where nothing was. Errors: `unreadable`.
 */
export async function cachedSnapshot(id: string, revision = 'main'): Promise<Snapshot | undefined> {
  if (!isHubId(id) || !isRevision(revision)) return undefined;
  const folder = join(hubCacheFolder(), `models--${id.replace('/', '--')}`);
  const snapshots = join(folder, 'snapshots');
  const commit =
    (await commitOfRef(join(folder, 'refs', revision))) ?? (await commitFrom(snapshots, revision));
  if (commit === undefined) return undefined;
  const path = join(snapshots, commit);
  return (await isFolder(path)) ? { path, commit } : undefined;
}

/** Every model in the cache that has a snapshot of its main branch, else of some commit, by id. Errors: `unreadable`. */
export async function cachedIds(): Promise<readonly { readonly id: string; readonly snapshot: Snapshot }[]> {
  const cache = hubCacheFolder();
  const found: { id: string; snapshot: Snapshot }[] = [];
  for (const folder of (await listing(cache)).toSorted()) {
    const id = /^models--(.+)$/.exec(folder)?.[1]?.replace('--', '/');
    if (id === undefined) continue;
    const snapshot = (await cachedSnapshot(id)) ?? (await anySnapshot(join(cache, folder, 'snapshots')));
    if (snapshot !== undefined) found.push({ id, snapshot });
  }
  return found;
}

async function anySnapshot(snapshots: string): Promise<Snapshot | undefined> {
  const commit = (await listing(snapshots)).toSorted().find((name) => commitPattern.test(name));
  return commit === undefined ? undefined : { path: join(snapshots, commit), commit };
}

/** As os.path.expandvars does: unknown ones stay. */
function withVariables(path: string, environment: NodeJS.ProcessEnv): string {
  return path.replace(
    /\$(?:(\w+)|\{(\w+)\})/g,
    (whole: string, plain?: string, braced?: string) => environment[plain ?? braced ?? ''] ?? whole,
  );
}

/** Nothing in it is empty or begins with a dot, as Git asks of its names. */
function isRevision(text: string): boolean {
  return !text.includes('\0') && text.split(/[/\\]/).every((part) => part !== '' && !part.startsWith('.'));
}

async function commitOfRef(path: string): Promise<string | undefined> {
  try {
    await using source = await openFile(path);
    const text = Buffer.from(await source.read(0, Math.min(source.size, longestRef))).toString('latin1');
    return commitPattern.exec(text.trim())?.[0];
  } catch (error) {
    if (error instanceof ServerError && error.code === 'file-not-found') return undefined;
    throw error;
  }
}

async function commitFrom(snapshots: string, digits: string): Promise<string | undefined> {
  if (!commitPattern.test(digits)) return undefined;
  const [only, ...others] = (await listing(snapshots)).filter((name) => name.startsWith(digits));
  return others.length === 0 ? only : undefined;
}

async function listing(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(systemCode(error))) return [];
    throw readFailure(folder, error);
  }
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return false;
    throw readFailure(path, error);
  }
}
