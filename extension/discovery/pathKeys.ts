import { contextKeys } from '../ids.ts';
import { type Place, type PlaceKind, withCheckpoints } from './place.ts';

/** The context keys for menus: the paths of every folder of a kind, and of the files that make it one. */
export function pathKeys(places: readonly Place[]): Readonly<Record<string, readonly string[]>> {
  const all = withCheckpoints(places);
  const pathsOf = (kind: PlaceKind) =>
    all.filter((place) => place.kind === kind).flatMap(({ path, files }) => [path, ...files]);
  return {
    [contextKeys.modelPaths]: pathsOf('checkpoint'),
    [contextKeys.adapterPaths]: pathsOf('adapter'),
    [contextKeys.directionPaths]: pathsOf('direction'),
    [contextKeys.runPaths]: all.filter(({ checkpoints }) => checkpoints.length > 0).map(({ path }) => path),
  };
}
