import { basename, isAbsolute } from 'node:path';
import type { ModelReference } from '../models/reference.ts';
import { referenceProblem, spelled, toReference } from './modelReference.ts';
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
    ...(recipe.vocabulary !== 'refuse' && { vocabulary: recipe.vocabulary }),
    ...partsRecord(selection, schedule),
    ...removalRecord(recipe),
    ...recipe.truncation,
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
  return {
    name,
    ...sourceRecord(direction),
    strength,
    ...partsRecord(selection, schedule),
    ...removalRecord(direction),
    ...direction.truncation,
  };
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

function removalRecord({ removals }: Pick<Recipe, 'removals'>) {
  if (removals === undefined) return {};
  const remove = removals.map(({ direction, per }) =>
    per === 'model' ? portable(direction) : { direction: portable(direction), per },
  );
  return { remove };
}

function rangeText({ first, last }: LayerRange): string {
  return first === last ? String(first) : `${first}-${last ?? ''}`;
}

/** The short spelling where that reads back as the same, else the mapping. */
function shown({ model, revision, adapter }: ModelReference): unknown {
  const written = {
    model: portable(model),
    ...(revision !== undefined && { revision }),
    ...(adapter !== undefined && { adapter: portable(adapter) }),
  };
  return isSaidBy(spelled(written), written) ? spelled(written) : written;
}

function isSaidBy(text: string, { model, revision, adapter }: Omit<ModelReference, 'text'>): boolean {
  if (referenceProblem(text) !== undefined) return false;
  const read = toReference(text);
  return read.model === model && read.revision === revision && read.adapter === adapter;
}

/** Of `/…`, `~/…`, `C:\…` and `\\server\…` the last name alone; a folder called `base` is not the recipe's base. */
function portable(path: string): string {
  const isOurs = isAbsolute(path) || /^(?:~|\\|[a-z]:[\\/])/i.test(path);
  const name = basename(path.replaceAll('\\', '/'));
  if (!isOurs) return path;
  return name === 'base' ? './base' : name;
}
