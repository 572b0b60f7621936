import { ServerError } from '../errors.ts';
import { quote } from '../tensors/jsonScanner.ts';
import { matchAdapter } from './matchAdapter.ts';
import type { Adapter, Checkpoint } from './model.ts';
import { openModel } from './openModel.ts';
import { type Located, locateInCache, locateOnDisk } from './resolveReference.ts';

export interface FindBase {
  readonly adapters: readonly Adapter[];
  /** Where relative names are looked for after the adapter's own folder; default: the current folder. */
  readonly workspace?: string;
  readonly signal?: AbortSignal;
}

export interface FoundBase {
  /** Undefined where nothing fits. */
  readonly checkpoint: Checkpoint | undefined;
  /** What was tried before or in vain, a sentence each: candidates and why they were not taken, names that led nowhere. */
  readonly refused: readonly string[];
}

/**
 * The base that the adapters themselves name (`base_model_name_or_path`): as a path from the adapter's folder, then
 * from the workspace, then in the Hub cache at the adapter's `revision`; then what the next adapter names. A candidate
 * counts only if every name and shape of every adapter fits.
 */
export async function findBase({ adapters, workspace = '.', signal }: FindBase): Promise<FoundBase> {
  const refused = new Set<string>();
  for (const adapter of adapters) {
    const problems: string[] = [];
    for (const locate of places(adapter, workspace)) {
      const found = await candidate(locate, adapter, signal);
      if (found === undefined) continue;
      const problem = typeof found === 'string' ? found : misfit(found, adapters);
      if (typeof found !== 'string' && problem === undefined) {
        return { checkpoint: found, refused: [...refused, ...problems] };
      }
      if (problem !== undefined) problems.push(problem);
    }
    for (const problem of problems.length === 0 ? [ledNowhere(adapter)] : problems) refused.add(problem);
  }
  return { checkpoint: undefined, refused: [...refused] };
}

type Locate = () => Promise<Located | undefined>;

/** Names are data from elsewhere: one that begins like a network share would make Windows log in there. */
function places({ path, config }: Adapter, workspace: string): readonly Locate[] {
  const { base, revision } = config;
  if (base === undefined || base === '' || /^[/\\]{2}/.test(base)) return [];
  return [
    () => locateOnDisk(base, path),
    () => locateOnDisk(base, workspace),
    () => locateInCache({ model: base, ...(revision !== undefined && { revision }) }),
  ];
}

/** A string is why what is there is no base. */
async function candidate(
  locate: Locate,
  { config }: Adapter,
  signal: AbortSignal | undefined,
): Promise<Checkpoint | string | undefined> {
  try {
    const located = await locate();
    if (located === undefined) return undefined;
    const { path, hubId } = located;
    const model = await openModel(path, {
      reference: config.base ?? path,
      ...(hubId !== undefined && { hubId }),
      ...(signal !== undefined && { signal }),
    });
    return model.kind === 'checkpoint'
      ? model
      : `${model.path}: is of the kind ${model.kind}, not a checkpoint`;
  } catch (error) {
    return foreseen(error);
  }
}

/** Why it does not fit; undefined where it does. */
function misfit(checkpoint: Checkpoint, adapters: readonly Adapter[]): string | undefined {
  try {
    for (const adapter of adapters) matchAdapter(adapter, checkpoint);
    return undefined;
  } catch (error) {
    return foreseen(error);
  }
}

function foreseen(error: unknown): string {
  if (error instanceof ServerError) return error.message;
  throw error;
}

function ledNowhere({ path, config }: Adapter): string {
  if (config.base === undefined || config.base === '')
    return `${path}: names no base (base_model_name_or_path)`;
  return `${path}: its base ${quote(config.base)} is neither a path from there or the workspace nor in the Hub cache`;
}
