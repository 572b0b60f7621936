import type { Model } from '../models/model.ts';
import { ServerError } from '../errors.ts';
import { toReference } from './modelReference.ts';
import type { Recipe, RecipeDirection } from './recipe.ts';
import { resolveRecipe, type ResolveOptions } from './resolveRecipe.ts';
import type { ResolvedRecipe } from './resolvedRecipe.ts';

const everything = { modules: undefined, include: undefined, exclude: undefined, layers: undefined };

/**
 * A stored direction, or what an adapter does to its base, as if a recipe had named it; other models are
 * `not-a-model`, since one checkpoint alone is no direction. `base`: a reference, where it is not to be looked for.
 */
export async function resolveDirection(
  model: Model,
  { folder, base, ...options }: ResolveOptions & { readonly folder: string; readonly base?: string },
): Promise<ResolvedRecipe> {
  const recipe: Recipe = {
    name: model.kind === 'direction' ? model.manifest.name : model.reference,
    folder,
    base: base === undefined ? undefined : toReference(base),
    target: undefined,
    directions: [directionOf(model)],
    several: false,
    strengths: [1],
    selection: everything,
    schedule: undefined,
    output: {
      path: undefined,
      format: 'direction',
      dtype: 'source',
      rounding: 'nearest',
      seed: 0,
      maxShardSize: undefined,
    },
  };
  return await resolveRecipe(recipe, options);
}

function directionOf(model: Model): RecipeDirection {
  const { path, reference } = model;
  const rest = { strength: 1, selection: everything, schedule: undefined };
  if (model.kind === 'direction') {
    return { name: model.manifest.name, source: { kind: 'stored', path }, ...rest };
  }
  if (model.kind !== 'adapter') {
    const problem = `is of the kind ${model.kind}; a recipe, a stored direction or an adapter is needed here`;
    throw new ServerError('not-a-model', path, problem);
  }
  const positive = { text: reference, model: path };
  return { name: reference, source: { kind: 'contrast', positive, negative: toReference('base') }, ...rest };
}
