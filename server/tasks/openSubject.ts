import { basename, resolve } from 'node:path';
import type { SimilarityResult } from '#protocol/similarity.ts';
import { ServerError } from '../errors.ts';
import type { Checkpoint, Model } from '../models/model.ts';
import { namesRecipe } from '../recipes/namesRecipe.ts';
import { readRecipe } from '../recipes/readRecipe.ts';
import type { Recipe } from '../recipes/recipe.ts';
import type { ResolvedRecipe } from '../recipes/resolvedRecipe.ts';
import { openReference } from './openReference.ts';
import { modelRecipe, pairRecipe } from './subjectRecipe.ts';
import type { TaskContext } from './taskContext.ts';

/** One of several things that are compared, as a direction. */
export interface OpenSubject {
  readonly name: string;
  readonly kind: SimilarityResult['kinds'][number];
  /** Absolute. */
  readonly path: string;
  readonly resolved: ResolvedRecipe;
}

/** What an argument names. */
export interface NamedSubject {
  readonly text: string;
  /** Undefined: a recipe. */
  readonly model: Model | undefined;
}

export interface OpenSubjectOptions {
  /** Of checkpoints, and of adapters in place of the one they name. */
  readonly base: Checkpoint | undefined;
  readonly openRecipe: (recipe: Recipe, context: TaskContext) => Promise<ResolvedRecipe>;
}

export async function namedSubject(text: string, context: TaskContext): Promise<NamedSubject> {
  return { text, model: namesRecipe(text) ? undefined : await openReference(text, context) };
}

/** A recipe, a stored direction, an adapter or a checkpoint as a direction. `base-not-found` for a checkpoint without a base. */
export async function openSubject(
  { text, model }: NamedSubject,
  { base, openRecipe }: OpenSubjectOptions,
  context: TaskContext,
): Promise<OpenSubject> {
  const { folder, signal } = context;
  if (model === undefined) {
    const path = resolve(folder, text);
    const recipe = await readRecipe(path, signal);
    return { name: recipe.name, kind: 'recipe', path, resolved: await openRecipe(recipe, context) };
  }
  const { path } = model;
  const recipe =
    model.kind === 'checkpoint' ? fineTuneRecipe(model, base, folder) : modelRecipe(model, folder);
  const reference = base === undefined ? undefined : { text: base.reference, model: base.path };
  const resolved = await openRecipe({ ...recipe, base: reference ?? recipe.base }, context);
  return { name: nameOf(model), kind: model.kind === 'run' ? 'checkpoint' : model.kind, path, resolved };
}

function fineTuneRecipe(model: Checkpoint, base: Checkpoint | undefined, folder: string) {
  if (base !== undefined) return pairRecipe(base, model, folder);
  const problem = 'is a checkpoint, and what it was fine-tuned from is not known; name it with --base';
  throw new ServerError('base-not-found', model.path, problem);
}

function nameOf(model: Model): string {
  return model.kind === 'direction' ? model.manifest.name : basename(model.path);
}
