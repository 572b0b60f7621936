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

function placeAt(path: string, all: readonly string[]): readonly Place[] {
  const ggufs = all.filter((file) => /\.gguf$/i.test(file));
  const files = all.filter((file) => !ggufs.includes(file));
  const kind = kindOf(new Set(files.map((file) => basename(file))));
  const folder = kind === undefined ? [] : [{ kind, path, files, checkpoints: [] }];
  return [...folder, ...ggufs.map(ggufAt)];
}

/** A GGUF file is a model by itself, whatever lies beside it. */
function ggufAt(file: string): Place {
  return { kind: 'checkpoint', path: file, files: [file], checkpoints: [] };
}

function kindOf(names: ReadonlySet<string>): PlaceKind | undefined {
  if (names.has('direction.json')) return 'direction';
  if (names.has('adapter_config.json')) return 'adapter';
  return weights.some((name) => names.has(name)) ? 'checkpoint' : undefined;
}

const weights = ['model.safetensors', 'pytorch_model.bin'].flatMap((name) => [name, `${name}.index.json`]);

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
