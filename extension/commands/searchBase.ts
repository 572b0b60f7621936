import type { BaseSearch } from '#protocol/models.ts';
import { l10n } from 'vscode';
import type { Tools } from './tools.ts';

export type Searching = Pick<Tools, 'call' | 'models' | 'withProgress'>;

/** Checkpoints that may be a base: these, the window's, and those of the Hub cache. */
export async function candidates(
  own: readonly string[],
  { models, call }: Searching,
): Promise<readonly string[]> {
  const here = models.places.filter(({ kind }) => kind === 'checkpoint').map(({ path }) => path);
  const cached = (await call('models/cached', null)).map(({ path }) => path);
  return [...new Set([...own, ...here, ...cached])];
}

/** Which of these are checkpoints. What lies outside of the window's folders, such as in the Hub cache, only the server knows. */
export async function checkpointsAmong(
  paths: readonly string[],
  { models, call }: Searching,
): Promise<readonly string[]> {
  const unknown = paths.filter((path) => models.placeAt(path) === undefined);
  const described = unknown.length === 0 ? [] : await call('models/describe', { paths: unknown });
  const kinds = new Map(unknown.map((path, index) => [path, described[index]]));
  return paths.filter((path) => {
    const outcome = kinds.get(path);
    const kind = outcome?.ok === true ? outcome.value.kind : models.placeAt(path)?.kind;
    return kind === 'checkpoint';
  });
}

/** What these models name as their base, and which of `among` would fit. */
export function findBase(
  models: readonly string[],
  among: readonly string[],
  { call, withProgress }: Searching,
): Promise<BaseSearch> {
  return withProgress(l10n.t('Looking for the base'), (signal) =>
    call('models/findBase', { models, candidates: among }, { signal }),
  );
}
