import { ServerError } from '../errors.ts';
import { quote } from '../tensors/jsonScanner.ts';
import { type BaseClaim, claimOf } from './baseClaim.ts';
import { downloadOf, isHubId } from './hubCache.ts';
import type { Adapter, Checkpoint, StoredDirection } from './model.ts';
import { openModel } from './openModel.ts';
import { type Located, locateInCache, locateOnDisk } from './resolveReference.ts';

export interface FindBase {
  /** Asked in this order. */
  readonly adapters: readonly (Adapter | StoredDirection)[];
  /** Where relative names are looked for after the adapter's own folder; default: the current folder. */
  readonly workspace?: string;
  /** Where bases are whose recorded names lead nowhere, as paths or Hub ids; asked first. */
  readonly bases?: ReadonlyMap<string, string>;
  readonly signal?: AbortSignal;
  /** False in a window that does not trust its folders. Default: true. */
  readonly readsPickles?: boolean;
}

export interface FoundBase {
  /** Undefined where nothing fits. */
  readonly checkpoint: Checkpoint | undefined;
  /** What was tried before or in vain, a sentence each: candidates and why they were not taken, names that led nowhere. */
  readonly refused: readonly string[];
}

/**
 * The base that the adapters and stored directions themselves name: as a path from their own folder, then from the
 * workspace, then in the Hub cache at the adapter's `revision`; then what the next of them names. A candidate counts
 * only if every name and shape of all of them fits.
 */
export async function findBase({
  adapters,
  workspace = '.',
  bases,
  ...options
}: FindBase): Promise<FoundBase> {
  const claims = adapters.map(claimOf);
  const refused = new Set<string>();
  for (const claim of claims) {
    const problems: string[] = [];
    for (const locate of places(claim, workspace, bases)) {
      const found = await candidate(locate, claim, options);
      if (found === undefined) continue;
      const problem = typeof found === 'string' ? found : misfit(found, claims);
      if (typeof found !== 'string' && problem === undefined) {
        return { checkpoint: found, refused: [...refused, ...problems] };
      }
      if (problem !== undefined) problems.push(problem);
    }
    for (const problem of problems.length === 0 ? [ledNowhere(claim)] : problems) refused.add(problem);
  }
  return { checkpoint: undefined, refused: [...refused] };
}

type Locate = () => Promise<Located | undefined>;

/** Names are data from elsewhere: one that begins like a network share would make Windows log in there. */
function places(
  { path, base, revision }: BaseClaim,
  workspace: string,
  bases: FindBase['bases'],
): readonly Locate[] {
  if (base === undefined) return [];
  const mapped = bases?.get(base);
  const own =
    mapped === undefined
      ? []
      : [() => locateOnDisk(mapped, workspace), () => locateInCache({ model: mapped })];
  if (base === '' || /^[/\\]{2}/.test(base)) return own;
  return [
    ...own,
    () => locateOnDisk(base, path),
    () => locateOnDisk(base, workspace),
    () => locateInCache({ model: base, ...(revision !== undefined && { revision }) }),
  ];
}

/** A string is why what is there is no base. */
async function candidate(
  locate: Locate,
  { base }: BaseClaim,
  { signal, readsPickles = true }: Pick<FindBase, 'signal' | 'readsPickles'>,
): Promise<Checkpoint | string | undefined> {
  try {
    const located = await locate();
    if (located === undefined) return undefined;
    const { path, hubId } = located;
    const model = await openModel(path, {
      reference: base ?? path,
      readsPickles,
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
function misfit(checkpoint: Checkpoint, claims: readonly BaseClaim[]): string | undefined {
  try {
    for (const { check } of claims) check(checkpoint);
    return undefined;
  } catch (error) {
    return foreseen(error);
  }
}

function foreseen(error: unknown): string {
  if (error instanceof ServerError) return error.message;
  throw error;
}

function ledNowhere({ path, base, revision, field }: BaseClaim): string {
  if (base === undefined || base === '') return `${path}: names no base (${field})`;
  const nowhere = `${path}: its base ${quote(base)} is neither a path from there or the workspace nor in the Hub cache`;
  return isHubId(base)
    ? `${nowhere}; what is on the Hub is fetched with: ${downloadOf(base, revision)}`
    : nowhere;
}
