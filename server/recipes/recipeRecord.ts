import { basename, isAbsolute } from 'node:path';
import type { ModelReference } from '../models/reference.ts';
import type { LayerRange, Recipe, RecipeDirection, Schedule, Selection } from './recipe.ts';

/** What of a recipe cannot be told from the recipe itself. */
export interface Outcome {
  readonly strength: number;
  /** How others can name the base: a Hub id or a folder's name. */
  readonly base: string | undefined;
}

/**
 * A recipe as it goes into cards and `steering.json`: in the keys of the recipe language, with one strength, and
 * without what is particular to this machine: of an absolute path only the last name is kept.
 */
export function recipeRecord(recipe: Recipe, { strength, base }: Outcome): Readonly<Record<string, unknown>> {
  const { name, target, several, directions, selection, schedule, output } = recipe;
  const [only] = directions;
  return {
    version: 1,
    name,
    ...(base !== undefined && { base }),
    ...(several ? { directions: directions.map(directionRecord) } : only && sourceRecord(only)),
    ...(target !== undefined && { target: shown(target) }),
    strength,
    ...partsRecord(selection, schedule),
    output: {
      format: output.format,
      dtype: output.dtype,
      rounding: output.rounding,
      ...(output.rounding === 'stochastic' && { seed: output.seed }),
      ...(output.maxShardSize !== undefined && { max_shard_size: output.maxShardSize }),
    },
  };
}

function directionRecord(direction: RecipeDirection) {
  const { name, strength, selection, schedule } = direction;
  return { name, ...sourceRecord(direction), strength, ...partsRecord(selection, schedule) };
}

function sourceRecord({ source }: RecipeDirection) {
  if (source.kind === 'stored') return { path: portable(source.path) };
  return { positive: shown(source.positive), negative: shown(source.negative) };
}

function partsRecord({ modules, include, exclude, layers }: Selection, schedule: Schedule | undefined) {
  return {
    ...(modules !== undefined && { modules }),
    ...(include !== undefined && { include }),
    ...(exclude !== undefined && { exclude }),
    ...(layers !== undefined && { layers: layers.map(rangeText) }),
    ...(schedule !== undefined && { schedule }),
  };
}

function rangeText({ first, last }: LayerRange): string {
  return first === last ? String(first) : `${first}-${last ?? ''}`;
}

/** The short spelling where nothing in it could be misread, else the mapping. */
function shown({ model, revision, adapter, text }: ModelReference): unknown {
  const parts = [model, ...(adapter === undefined ? [] : [adapter])];
  if (parts.every((part) => portable(part) === part)) return text;
  return {
    model: portable(model),
    ...(revision !== undefined && { revision }),
    ...(adapter !== undefined && { adapter: portable(adapter) }),
  };
}

function portable(path: string): string {
  const isOurs = isAbsolute(path) || path.startsWith('~') || /^[a-z]:[\\/]/i.test(path);
  return isOurs ? basename(path.replaceAll('\\', '/')) : path;
}
