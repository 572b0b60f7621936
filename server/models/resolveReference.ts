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
  /** Of a recipe, which a failure then says. */
  readonly inRecipe?: boolean;
  readonly signal?: AbortSignal;
}

export interface Named {
  /** A path (`~/` for the home folder), or a Hub id. */
  readonly model: string;
  readonly revision?: string;
}

/**
 * What exists as a path is a path, "@" and all; otherwise the Hub cache is asked. Nothing is downloaded. Errors:
 * `model-not-found`, which names both places and the download that would help; `unreadable`; `usage` for an empty name.
 */
export async function locateModel(named: Named, options: LocateOptions): Promise<Located> {
  const { folder, signal } = options;
  signal?.throwIfAborted();
  const { model, revision } = named;
  if (model.trim() === '') {
    const problem = 'A model is named by its path or its Hub id; this is empty.';
    throw new ServerError('usage', '""', problem);
  }
  const path = pathOf(spelled(named), folder);
  if (await isThere(path)) return { path };
  const snapshot = await locateInCache(named);
  if (snapshot !== undefined) return snapshot;
  const bare = pathOf(model, folder);
  if (revision !== undefined && (await isThere(bare))) {
    const problem = `is a path, and a path has no revision; leave out @${revision}`;
    throw new ServerError('model-not-found', bare, problem);
  }
  throw notFound(path, named, options);
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

function notFound(path: string, named: Named, { folder, inRecipe = false }: LocateOptions): ServerError {
  const isRelative = inRecipe && resolve(expandHome(named.model)) !== expandHome(named.model);
  const hint = isRelative ? `; paths in a recipe are relative to its folder, ${folder}` : '';
  if (!isHubId(named.model)) {
    const problem = `does not exist, and is no Hub id (ORG/NAME) either${hint}`;
    return new ServerError('model-not-found', path, problem);
  }
  const problem =
    `does not exist, and ${quote(spelled(named))} is not in the Hub cache ${hubCacheFolder()} either; ` +
    `what is on the Hub is fetched with: ${downloadOf(named.model, named.revision)}${hint}`;
  return new ServerError('model-not-found', path, problem);
}
