import type { CachedModel } from '#protocol/models.ts';
import { cachedIds } from '../models/hubCache.ts';
import { holdsModel } from '../models/holdsModel.ts';

/** What is in the Hub cache and can be opened, by id: data sets, tokenizers alone and half downloads are left out. */
export async function cachedModels(signal: AbortSignal): Promise<readonly CachedModel[]> {
  const models: CachedModel[] = [];
  for (const { id, snapshot } of await cachedIds()) {
    signal.throwIfAborted();
    if (await holdsModel(snapshot.path)) models.push({ id, ...snapshot });
  }
  return models;
}
