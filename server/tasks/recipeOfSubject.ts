import { dirname } from 'node:path';
import type { Subject } from '#protocol/analysis.ts';
import type { Model } from '../models/model.ts';
import { readRecipe } from '../recipes/readRecipe.ts';
import type { Recipe } from '../recipes/recipe.ts';
import { openReference } from './openReference.ts';
import { modelRecipe, pairRecipe } from './subjectRecipe.ts';
import type { TaskContext } from './taskContext.ts';

/** The recipe that a panel's subject comes to. Errors: those of the recipe or the models. */
export async function recipeOfSubject(subject: Subject, context: TaskContext): Promise<Recipe> {
  switch (subject.kind) {
    case 'recipe':
      return await readRecipe(subject.path, context.signal);
    case 'model':
      return modelRecipe(await opened(subject.path, context), dirname(subject.path));
    case 'pair': {
      const before = await opened(subject.before, context);
      const after = await opened(subject.after, context);
      return pairRecipe(before, after, dirname(subject.after));
    }
  }
}

/** What the task is about, for what is relative to it. */
export function pathOf(subject: Subject): string {
  return subject.kind === 'pair' ? subject.after : subject.path;
}

function opened(path: string, context: TaskContext): Promise<Model> {
  return openReference(path, { ...context, folder: dirname(path) });
}
