import { readdir, readFile, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** ORG/NAME, or NAME for the oldest models; what else could lead out of the cache is none. */
export function isHubId(text: string): boolean {
  return /^(?:[\w.-]{1,96}\/)?[\w.-]{1,96}$/.test(text) && !/(?:^|\/)\.{1,2}(?:\/|$)|\.\./.test(text);
}

/** Where huggingface_hub keeps what it downloaded: `HF_HUB_CACHE`, `HUGGINGFACE_HUB_CACHE`, `HF_HOME`, the default place. */
export function hubCacheFolder(environment: NodeJS.ProcessEnv = process.env): string {
  const { HF_HUB_CACHE, HUGGINGFACE_HUB_CACHE, HF_HOME, XDG_CACHE_HOME } = environment;
  const whole = HF_HUB_CACHE ?? HUGGINGFACE_HUB_CACHE;
  if (whole !== undefined && whole !== '') return expandHome(whole);
  const home = HF_HOME !== undefined && HF_HOME !== '' ? expandHome(HF_HOME) : undefined;
  const caches = XDG_CACHE_HOME !== undefined && XDG_CACHE_HOME !== '' ? XDG_CACHE_HOME : join(homedir(), '.cache');
  return join(home ?? join(caches, 'huggingface'), 'hub');
}

export function expandHome(path: string): string {
  return path === '~' || path.startsWith('~/') ? join(homedir(), path.slice(1)) : path;
}

/** The snapshot of a revision (branch, tag or commit; default `main`), if it was downloaded. Nothing is downloaded here. */
export async function cachedSnapshot(id: string, revision = 'main'): Promise<string | undefined> {
  if (!isHubId(id) || revision.split('/').includes('..')) return undefined;
  const folder = join(hubCacheFolder(), `models--${id.replace('/', '--')}`);
  const snapshots = join(folder, 'snapshots');
  const commit = (await readReference(join(folder, 'refs', revision))) ?? (await fullCommit(snapshots, revision));
  if (commit === undefined) return undefined;
  const path = join(snapshots, commit);
  return (await isFolder(path)) ? path : undefined;
}

async function readReference(path: string): Promise<string | undefined> {
  const text = await readFile(path, 'utf8').catch(() => '');
  const commit = text.trim();
  return /^[0-9a-f]{6,64}$/.test(commit) ? commit : undefined;
}

/** A commit may be given by its first digits, if only one begins with them. */
async function fullCommit(snapshots: string, revision: string): Promise<string | undefined> {
  if (!/^[0-9a-f]{6,64}$/.test(revision)) return undefined;
  const names = await readdir(snapshots).catch((): string[] => []);
  const [only, ...others] = names.filter((name) => name.startsWith(revision));
  return others.length === 0 ? only : undefined;
}

async function isFolder(path: string): Promise<boolean> {
  const facts = await stat(path).catch(() => undefined);
  return facts?.isDirectory() === true;
}
