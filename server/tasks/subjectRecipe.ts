import { basename } from 'node:path';
import { ServerError } from '../errors.ts';
import type { Model } from '../models/model.ts';
import type { ModelReference } from '../models/reference.ts';
import type { Recipe, RecipeDirection } from '../recipes/recipe.ts';

const inBase: ModelReference = { text: 'base', model: 'base' };
const everything = { modules: undefined, include: undefined, exclude: undefined, layers: undefined };

/** What a recipe has where nothing is said. */
const plain = {
  target: undefined,
  vocabulary: 'refuse',
  selection: everything,
  schedule: undefined,
  output: {
    path: undefined,
    format: 'auto',
    dtype: 'source',
    rounding: 'nearest',
    seed: 0,
    maxShardSize: undefined,
  },
} as const;

/** A recipe of no direction, along which nothing moves. */
export function emptyRecipe(folder: string): Recipe {
  return {
    ...plain,
    name: 'nothing',
    folder,
    base: undefined,
    directions: [],
    several: true,
    strengths: [0],
  };
}

/** The recipe of a stored direction, or of an adapter against its base, where one is given in place of a recipe. */
export function modelRecipe(model: Model, folder: string): Recipe {
  const name = model.kind === 'direction' ? model.manifest.name : basename(model.path);
  return recipeOf(sourceOf(model), { name, folder, base: undefined });
}

/**
 * The recipe of after − before. Its base is the checkpoint among them, the one before if both are; without one, what the
 * adapters name. `not-a-model` for anything but checkpoints and adapters.
 */
export function pairRecipe(before: Model, after: Model, folder: string): Recipe {
  for (const model of [before, after]) refuseOthers(model);
  const named = [before, after].find(({ kind }) => kind === 'checkpoint');
  const base = named === undefined ? undefined : referenceTo(named);
  const side = (model: Model) => (model === named ? inBase : referenceTo(model));
  const source = { kind: 'contrast', positive: side(after), negative: side(before) } as const;
  return recipeOf(source, { name: `${basename(after.path)} − ${basename(before.path)}`, folder, base });
}

/** What one base has in two versions. */
function refuseOthers({ kind, path }: Model): void {
  if (kind === 'checkpoint' || kind === 'adapter') return;
  const problem = `is of the kind ${kind}; two checkpoints or adapters have a difference`;
  throw new ServerError('not-a-model', path, `${basename(path)} ${problem}`);
}

function referenceTo({ path, reference }: Model): ModelReference {
  return { text: reference, model: path };
}

function recipeOf(
  source: RecipeDirection['source'],
  { name, folder, base }: Pick<Recipe, 'name' | 'folder' | 'base'>,
): Recipe {
  const direction = { name, source, strength: 1, selection: everything, schedule: undefined };
  return { ...plain, name, folder, base, directions: [direction], several: false, strengths: [1] };
}

function sourceOf({ kind, path, reference }: Model): RecipeDirection['source'] {
  switch (kind) {
    case 'direction':
      return { kind: 'stored', path };
    case 'adapter':
      return { kind: 'contrast', positive: { text: reference, model: path }, negative: inBase };
    case 'checkpoint':
      throw new ServerError(
        'usage',
        path,
        'is a checkpoint; a direction is the difference of two, which a recipe names',
      );
    case 'run':
      throw new ServerError('usage', path, 'is a training run; name one of its checkpoints');
  }
}
