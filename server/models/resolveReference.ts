import { resolve } from 'node:path';
import { ServerError } from '../errors.ts';
import { quote } from '../tensors/jsonScanner.ts';
import { cachedSnapshot, downloadOf, expandHome, hubCacheFolder, isHubId } from './hubCache.ts';
import { isThere } from './isThere.ts';

export interface Located {
  /** Absolute. */
  readonly path: string;
  /** Where it came from the Hub cache. */
  readonly hubId?: string;
  /** The commit that was downloaded, for what came from the Hub cache. */
  readonly revision?: string;
}

export interface LocateOptions {
  /** What a relative path is relative to. */
  readonly folder: string;
  readonly signal?: AbortSignal;
}

export interface Named {
  /** A path (`~/` for the home folder), or a Hub id. */
  readonly model: string;
  readonly revision?: string;
}

/**
 * What exists as a path is a path, "@" and all; otherwise the Hub cache is asked. Nothing is downloaded. Errors:
 * `model-not-found`, which names both places and the download that would help; `unreadable`.
 */
export async function locateModel(named: Named, { folder, signal }: LocateOptions): Promise<Located> {
  signal?.throwIfAborted();
  const { model, revision } = named;
  const path = pathOf(spelled(named), folder);
  if (await isThere(path)) return { path };
  const snapshot = await locateInCache(named);
  if (snapshot !== undefined) return snapshot;
  const bare = pathOf(model, folder);
  if (revision !== undefined && (await isThere(bare))) {
    const problem = `is a path, and a path has no revision; leave out @${revision}`;
    throw new ServerError('model-not-found', bare, problem);
  }
  throw notFound(path, named);
}

/** A model as a path alone; undefined where there is nothing. Errors: `unreadable`. */
export async function locateOnDisk(model: string, folder: string): Promise<Located | undefined> {
  const path = pathOf(model, folder);
  return (await isThere(path)) ? { path } : undefined;
}

/** A model in the Hub cache alone; undefined where there is nothing. Errors: `unreadable`. */
export async function locateInCache({ model, revision }: Named): Promise<Located | undefined> {
  const snapshot = await cachedSnapshot(model, revision);
  return snapshot === undefined
    ? undefined
    : { path: snapshot.path, hubId: model, revision: snapshot.commit };
}

function pathOf(model: string, folder: string): string {
  return resolve(folder, expandHome(model));
}

function spelled({ model, revision }: Named): string {
  return revision === undefined ? model : `${model}@${revision}`;
}

function notFound(path: string, named: Named): ServerError {
  if (!isHubId(named.model)) {
    return new ServerError('model-not-found', path, 'does not exist, and is no Hub id (ORG/NAME) either');
  }
  const problem =
    `does not exist, and ${quote(spelled(named))} is not in the Hub cache ${hubCacheFolder()} either; ` +
    `what is on the Hub is fetched with: ${downloadOf(named.model, named.revision)}`;
  return new ServerError('model-not-found', path, problem);
}
