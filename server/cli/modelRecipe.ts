import { basename } from 'node:path';
import { ServerError } from '../errors.ts';
import type { Model } from '../models/model.ts';
import type { ModelReference } from '../models/reference.ts';
import type { Recipe, RecipeDirection } from '../recipes/recipe.ts';

const base: ModelReference = { text: 'base', model: 'base' };
const everything = { modules: undefined, include: undefined, exclude: undefined, layers: undefined };

/** The recipe of a stored direction, or of an adapter against its base, where one is given in place of a recipe. */
export function modelRecipe(model: Model, folder: string): Recipe {
  const name = model.kind === 'direction' ? model.manifest.name : basename(model.path);
  return {
    name,
    folder,
    base: undefined,
    target: undefined,
    directions: [
      {
        name,
        source: sourceOf(model),
        strength: 1,
        selection: everything,
        schedule: undefined,
      },
    ],
    several: false,
    strengths: [1],
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
  };
}

function sourceOf({ kind, path, reference }: Model): RecipeDirection['source'] {
  switch (kind) {
    case 'direction':
      return { kind: 'stored', path };
    case 'adapter':
      return { kind: 'contrast', positive: { text: reference, model: path }, negative: base };
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
