import { resolve } from 'node:path';
import { exists } from '../bytes/stagingPlaces.ts';
import { ServerError } from '../errors.ts';
import { cachedSnapshot, expandHome, hubCacheFolder, isHubId } from './hubCache.ts';

export interface Located {
  /** Absolute. */
  readonly path: string;
  /** Where it came from the Hub cache. */
  readonly hubId?: string;
}

export interface LocateOptions {
  /** What a relative path is relative to. */
  readonly folder: string;
  readonly signal?: AbortSignal;
}

/**
 * What exists as a path is a path; otherwise the Hub cache is asked. A revision of a path is part of its name.
 * `model-not-found` names both places, and the download that would help.
 */
export async function locateModel(
  { model, revision }: { readonly model: string; readonly revision?: string },
  { folder, signal }: LocateOptions,
): Promise<Located> {
  signal?.throwIfAborted();
  const spelled = revision === undefined ? model : `${model}@${revision}`;
  const path = resolve(folder, expandHome(spelled));
  if (await exists(path)) return { path };
  const snapshot = await cachedSnapshot(model, revision);
  if (snapshot !== undefined) return { path: snapshot, hubId: model };
  const bare = resolve(folder, expandHome(model));
  if (revision !== undefined && (await exists(bare))) {
    const problem = `exists, but a path has no revision; leave out @${revision}`;
    throw new ServerError('model-not-found', bare, problem);
  }
  throw notFound(path, model, revision);
}

function notFound(path: string, model: string, revision: string | undefined): ServerError {
  if (!isHubId(model)) return new ServerError('model-not-found', path, 'does not exist');
  const option = revision === undefined ? '' : ` --revision ${revision}`;
  const problem =
    `does not exist, and ${model}${revision === undefined ? '' : ` at ${revision}`} is not in the Hub cache (${hubCacheFolder()}); ` +
    `if it is on the Hub: hf download ${model}${option}`;
  return new ServerError('model-not-found', path, problem);
}
