import { dirname } from 'node:path';
import type { Subject } from '#protocol/analysis.ts';
import type { GenerationSubject } from '#protocol/generation.ts';
import { ServerError } from '../errors.ts';
import { renderChat } from '../generation/chatTemplate.ts';
import type { Recipe } from '../recipes/recipe.ts';
import { withWarnings } from '../steering/report/report.ts';
import { openReference } from './openReference.ts';
import { recipeOfSubject } from './recipeOfSubject.ts';
import { openSteeredModel } from './steeredModel.ts';
import { emptyRecipe } from './subjectRecipe.ts';
import type { TaskContext } from './taskContext.ts';

/** What a Generate panel is about. Errors: those of the recipe and its models. */
export async function generationSubject(subject: Subject, context: TaskContext): Promise<GenerationSubject> {
  const recipe = await generationRecipe(subject, context);
  const { steered, steerings, place } = await openSteeredModel(recipe, context);
  const found = {
    target: steered.target.label,
    directions: steerings.map(({ name, strength }) => ({ name, strength })),
    strengths: recipe.strengths,
    ...(await chatOf(place, context.signal)),
  };
  return withWarnings(found, context.warnings);
}

/** As of other panels; a checkpoint alone, along which nothing moves, is one too. */
export async function generationRecipe(subject: Subject, context: TaskContext): Promise<Recipe> {
  if (subject.kind !== 'model') return await recipeOfSubject(subject, context);
  const folder = dirname(subject.path);
  const model = await openReference(subject.path, { ...context, folder });
  if (model.kind !== 'checkpoint') return await recipeOfSubject(subject, context);
  return { ...emptyRecipe(folder), target: { text: model.reference, model: model.path } };
}

async function chatOf(
  place: string,
  signal: AbortSignal,
): Promise<Pick<GenerationSubject, 'chat' | 'chatProblem'>> {
  const user = { role: 'user', content: 'a' } as const;
  const problem = async (...messages: Parameters<typeof renderChat>[1]) => {
    try {
      await renderChat(place, messages, signal);
      return undefined;
    } catch (error) {
      if (error instanceof ServerError) return error.message;
      throw error;
    }
  };
  const chatProblem = await problem(user);
  if (chatProblem !== undefined) return { chat: 'none', chatProblem };
  const withSystem = await problem({ role: 'system', content: 'a' }, user);
  return { chat: withSystem === undefined ? 'with-system' : 'without-system' };
}
