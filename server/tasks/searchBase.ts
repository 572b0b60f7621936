import { dirname } from 'node:path';
import type { BaseCandidate, BaseSearch } from '#protocol/models.ts';
import type { FindBaseParams } from '#protocol/requests.ts';
import { ServerError } from '../errors.ts';
import { type BaseClaim, claimOf } from '../models/baseClaim.ts';
import { findBase } from '../models/findBase.ts';
import { downloadOf, isHubId } from '../models/hubCache.ts';
import type { Adapter, Checkpoint, StoredDirection } from '../models/model.ts';
import { openReference } from './openReference.ts';
import type { TaskContext } from './taskContext.ts';

/** A base for adapters and directions: what they name, if it is here, and which of the candidates would fit all of them. */
export async function searchBase(
  { models, candidates }: FindBaseParams,
  context: TaskContext,
): Promise<BaseSearch> {
  const adapters: (Adapter | StoredDirection)[] = [];
  for (const path of models) adapters.push(await openOnBase(path, context));
  const { folder, signal, bases, readsPickles = true } = context;
  const { checkpoint, refused } = await findBase({
    adapters,
    workspace: folder,
    signal,
    readsPickles,
    ...(bases !== undefined && { bases }),
  });
  const claims = adapters.map(claimOf);
  const named = claims.find(({ base }) => base !== undefined);
  const onHub = claims.find(({ base }) => base !== undefined && isHubId(base));
  return {
    found: checkpoint === undefined ? null : candidateOf(checkpoint),
    candidates: await fitting(candidates, claims, context),
    refused,
    named: (onHub ?? named)?.base ?? null,
    download: onHub?.base === undefined ? null : downloadOf(onHub.base, onHub.revision),
  };
}

async function openOnBase(path: string, context: TaskContext): Promise<Adapter | StoredDirection> {
  const model = await openReference(path, { ...context, folder: dirname(path) });
  if (model.kind === 'adapter' || model.kind === 'direction') return model;
  throw new ServerError('not-a-model', model.path, `is of the kind ${model.kind}, which stands on no base`);
}

/** Those that cannot be opened are no candidates either. */
async function fitting(
  paths: readonly string[],
  claims: readonly BaseClaim[],
  context: TaskContext,
): Promise<readonly BaseCandidate[]> {
  const found: BaseCandidate[] = [];
  for (const path of paths) {
    context.signal.throwIfAborted();
    try {
      const model = await openReference(path, { ...context, folder: dirname(path), mayWrite: false });
      if (model.kind !== 'checkpoint') continue;
      for (const { check } of claims) check(model);
      found.push(candidateOf(model));
    } catch (error) {
      if (!(error instanceof ServerError)) throw error;
    }
  }
  return found;
}

function candidateOf({ path, hubId }: Checkpoint): BaseCandidate {
  return { path, reference: hubId ?? path };
}
