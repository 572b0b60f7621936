import { basename, dirname } from 'node:path';
import type { Place, PlaceKind } from './place.ts';

/**
 * What folders are, from the paths of the files that tell: `direction.json`, then `adapter_config.json`, then weights or their
 * index, then `checkpoint-N` sub-folders. Sorted by path; checkpoints of a run are in it only.
 */
export function classify(files: readonly string[]): readonly Place[] {
  const folders = Map.groupBy(files, dirname);
  const places = [...folders].flatMap(([path, inside]) => placeAt(path, inside));
  const runs = Map.groupBy(
    places.filter(({ path }) => stepOf(path) !== undefined),
    ({ path }) => dirname(path),
  );
  const outside = places.filter(({ path }) => stepOf(path) === undefined);
  const known = new Set(outside.map(({ path }) => path));
  const bare = [...runs.keys()].filter((path) => !known.has(path)).map(runAt);
  return [...outside, ...bare]
    .map((place) => ({ ...place, checkpoints: bySteps(runs.get(place.path) ?? []) }))
    .toSorted((one, other) => compare(one.path, other.path));
}

/** The number in `checkpoint-N`; undefined for any other folder. */
function stepOf(path: string): number | undefined {
  const step = /^checkpoint-(\d{1,15})$/.exec(basename(path))?.[1];
  return step === undefined ? undefined : Number(step);
}

function placeAt(path: string, files: readonly string[]): readonly Place[] {
  const kind = kindOf(new Set(files.map((file) => basename(file))));
  return kind === undefined ? [] : [{ kind, path, files, checkpoints: [] }];
}

function kindOf(names: ReadonlySet<string>): PlaceKind | undefined {
  if (names.has('direction.json')) return 'direction';
  if (names.has('adapter_config.json')) return 'adapter';
  const hasWeights = names.has('model.safetensors') || names.has('model.safetensors.index.json');
  return hasWeights ? 'checkpoint' : undefined;
}

function runAt(path: string): Place {
  return { kind: 'run', path, files: [], checkpoints: [] };
}

function bySteps(checkpoints: readonly Place[]): readonly Place[] {
  return checkpoints.toSorted((one, other) => (stepOf(one.path) ?? 0) - (stepOf(other.path) ?? 0));
}

/** As the Explorer sorts: `run-2` before `run-10`. */
function compare(one: string, other: string): number {
  return one.localeCompare(other, 'en', { numeric: true });
}
