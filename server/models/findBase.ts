import { ServerError } from '../errors.ts';
import { matchAdapter } from './matchAdapter.ts';
import type { Adapter, Checkpoint } from './model.ts';
import { openModel } from './openModel.ts';
import { locateModel, type Located } from './resolveReference.ts';

export interface FindBase {
  readonly adapters: readonly Adapter[];
  /** Where relative names are looked for after the adapter's own folder; default: the current folder. */
  readonly workspace?: string;
  readonly signal?: AbortSignal;
}

export interface FoundBase {
  /** Undefined where nothing fits. */
  readonly checkpoint: Checkpoint | undefined;
  /** Candidates that were looked at, and why each was not taken. */
  readonly refused: readonly string[];
}

/**
 * The base that the adapters themselves name (`base_model_name_or_path`), as a path from the adapter's folder, then
 * from the workspace, then in the Hub cache. A candidate counts only if every name and shape of every adapter fits.
 */
export async function findBase({ adapters, workspace = '.', signal }: FindBase): Promise<FoundBase> {
  const refused: string[] = [];
  for (const { path, config } of adapters) {
    if (config.base === undefined || config.base === '') continue;
    for (const folder of [path, workspace]) {
      const found = await candidate(config.base, { folder, revision: config.revision, signal });
      if (found === undefined) continue;
      const problem = misfit(found, adapters);
      if (problem === undefined) return { checkpoint: found, refused };
      refused.push(problem);
    }
  }
  return { checkpoint: undefined, refused: [...new Set(refused)] };
}

interface Place {
  readonly folder: string;
  readonly revision: string | undefined;
  readonly signal: AbortSignal | undefined;
}

/** A path is tried without its revision, which only the Hub knows about. */
async function candidate(base: string, { folder, revision, signal }: Place): Promise<Checkpoint | undefined> {
  const options = { folder, ...(signal !== undefined && { signal }) };
  const located =
    (revision === undefined ? undefined : await locatedOrNot({ model: base, revision }, options)) ??
    (await locatedOrNot({ model: base }, options));
  if (located === undefined) return undefined;
  const { path, hubId } = located;
  const model = await openModel(path, {
    reference: base,
    ...(hubId !== undefined && { hubId }),
    ...(signal !== undefined && { signal }),
  }).catch(ignoreForeseen);
  return model?.kind === 'checkpoint' ? model : undefined;
}

async function locatedOrNot(
  reference: Parameters<typeof locateModel>[0],
  options: Parameters<typeof locateModel>[1],
): Promise<Located | undefined> {
  return await locateModel(reference, options).catch(ignoreForeseen);
}

/** What is not there, or not readable, is no candidate. */
function ignoreForeseen(error: unknown): undefined {
  if (!(error instanceof ServerError)) throw error;
}

function misfit(checkpoint: Checkpoint, adapters: readonly Adapter[]): string | undefined {
  try {
    for (const adapter of adapters) matchAdapter(adapter, checkpoint);
    return undefined;
  } catch (error) {
    if (error instanceof ServerError) return error.message;
    throw error;
  }
}
