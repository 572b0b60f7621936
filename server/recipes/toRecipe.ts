import { basename, dirname, resolve } from 'node:path';
import { byteCount } from './byteCount.ts';
import { toLayerRange } from './layers.ts';
import { toReference, type WrittenReference } from './modelReference.ts';
import type { Recipe, RecipeDirection, RecipeOutput, Schedule, Selection } from './recipe.ts';
import { nameOfFile, nameProblem } from './recipeName.ts';
import type { DirectionValues, RecipeValues } from './schema.ts';

/** Fills in the defaults. `checkSources` has nothing against `values`. */
export function toRecipe(values: RecipeValues, path: string): Recipe {
  const { name = nameOfFile(path), strength = 1, directions } = values;
  return {
    name,
    folder: dirname(resolve(path)),
    base: values.base === undefined ? undefined : toReference(values.base),
    target: values.target === undefined ? undefined : toReference(values.target),
    directions: directions?.map(toDirection) ?? [
      { name, source: contrastOf(values), strength: 1, ...everything },
    ],
    several: directions !== undefined,
    strengths: typeof strength === 'number' ? [strength] : strength,
    vocabulary: values.vocabulary ?? 'refuse',
    selection: toSelection(values),
    schedule: toSchedule(values.schedule),
    ...removing(values),
    ...truncated(values),
    output: toOutput(values.output),
  };
}

const everything = {
  selection: { modules: undefined, include: undefined, exclude: undefined, layers: undefined },
  schedule: undefined,
};

function toDirection(values: DirectionValues): RecipeDirection {
  const source =
    values.path === undefined ? contrastOf(values) : ({ kind: 'stored', path: values.path } as const);
  const from = source.kind === 'stored' ? source.path : (source.positive.adapter ?? source.positive.model);
  return {
    name: values.name ?? defaultName(from),
    source,
    strength: values.strength ?? 1,
    selection: toSelection(values),
    schedule: toSchedule(values.schedule),
    ...removing(values),
    ...truncated(values),
  };
}

function removing({ remove }: Pick<DirectionValues, 'remove'>) {
  if (remove === undefined) return {};
  const removals = remove.map((item) =>
    typeof item === 'string'
      ? { direction: item, per: 'model' as const }
      : { direction: item.direction, per: item.per ?? ('model' as const) },
  );
  return { removals };
}

function truncated({ rank, energy }: Pick<DirectionValues, 'rank' | 'energy'>) {
  return rank === undefined && energy === undefined ? {} : { truncation: { rank, energy } };
}

function defaultName(path: string): string {
  const last = basename(path);
  return nameProblem(last) === undefined ? last : 'direction';
}

type Contrast = Extract<RecipeDirection['source'], { kind: 'contrast' }>;

function contrastOf({
  positive = '',
  negative = '',
}: {
  positive?: WrittenReference | undefined;
  negative?: WrittenReference | undefined;
}): Contrast {
  return { kind: 'contrast', positive: toReference(positive), negative: toReference(negative) };
}

type Parts = Pick<RecipeValues, 'modules' | 'include' | 'exclude' | 'layers'>;

function toSelection({ modules, include, exclude, layers }: Parts): Selection {
  const ranges = layers === undefined || Array.isArray(layers) ? layers : [layers];
  return { modules, include, exclude, layers: ranges?.map(toLayerRange) };
}

function toSchedule(schedule: RecipeValues['schedule']): Schedule | undefined {
  if (schedule === undefined) return undefined;
  if (Array.isArray(schedule)) return { layers: schedule, others: 1 };
  return { layers: schedule.layers, others: schedule.others ?? 1 };
}

function toOutput(output: RecipeValues['output'] = {}): RecipeOutput {
  const {
    path,
    format = 'auto',
    dtype = 'source',
    rounding = 'nearest',
    seed = 0,
    max_shard_size: size,
  } = output;
  const maxShardSize = size === undefined ? undefined : byteCount(size);
  return { path, format, dtype, rounding, seed, maxShardSize };
}
