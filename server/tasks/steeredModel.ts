import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Prompt } from '#protocol/generation.ts';
import { ServerError } from '../errors.ts';
import { type Message, renderChat } from '../generation/chatTemplate.ts';
import { openTokenizer } from '../generation/tokenizer.ts';
import type { Steered } from '../generation/weights.ts';
import { toReference } from '../recipes/modelReference.ts';
import { readRecipe } from '../recipes/readRecipe.ts';
import type { Recipe } from '../recipes/recipe.ts';
import { openReference } from './openReference.ts';
import { openRecipe } from './openRecipe.ts';
import { type Steering, steeredDirections } from './steeredDirections.ts';
import { emptyRecipe, modelRecipe } from './subjectRecipe.ts';
import type { TaskContext } from './taskContext.ts';

/** A model that may be moved along directions. */
export interface SteeredModel {
  readonly recipe: Recipe;
  readonly steered: Omit<Steered, 'folder' | 'modules'>;
  readonly steerings: readonly Steering[];
  /** The folder of its checkpoint, where its tokenizer is. */
  readonly place: string;
}

/** What a model on the command line is moved along: a recipe's file, a direction or adapter; nothing: it stays. */
export interface Along {
  readonly recipe?: string | undefined;
  readonly direction?: string | undefined;
}

/** A model as the command line names it, in place of a recipe's target. */
export async function openNamedModel(
  name: string,
  { recipe: path, direction }: Along,
  context: TaskContext,
): Promise<SteeredModel> {
  const { folder } = context;
  const model = toReference(name);
  const reference = model.model === 'base' ? { ...model, model: './base' } : model;
  const recipe = await recipeAlong(path, direction, context);
  return await openSteeredModel({ ...recipe, target: absolute(reference, folder) }, context);
}

/** What a recipe steers, and along what. `base-not-found` where there is no checkpoint. */
export async function openSteeredModel(recipe: Recipe, context: TaskContext): Promise<SteeredModel> {
  const resolved = await openRecipe(recipe, context);
  const { target, tied, layers } = resolved;
  const place = target?.checkpoint?.path;
  if (target === undefined || place === undefined) {
    const name = recipe.target?.text ?? recipe.name;
    throw new ServerError('base-not-found', name, 'stands on a base that was not found');
  }
  const steerings = await steeredDirections(resolved, context);
  const directions = steerings.map(({ direction }) => direction);
  return { recipe, steered: { target, directions, tied, layers }, steerings, place };
}

/** The tokenizer of a model's folder, and a prompt in it. A template writes its special tokens itself, so none is added to its text. */
export async function encodePrompt(place: string, prompt: Prompt, signal: AbortSignal) {
  const tokenizer = await openTokenizer(place, signal);
  if ('text' in prompt) return { tokenizer, encoding: tokenizer.encode(prompt.text) };
  const text = await renderChat(place, messagesOf(prompt), signal);
  return { tokenizer, encoding: tokenizer.encode(text, { add_special_tokens: false }) };
}

function messagesOf({ message, system }: Extract<Prompt, { message: string }>): readonly Message[] {
  return [
    ...(system === undefined ? [] : [{ role: 'system', content: system } as const]),
    { role: 'user', content: message },
  ];
}

async function recipeAlong(
  path: string | undefined,
  direction: string | undefined,
  context: TaskContext,
): Promise<Recipe> {
  if (path !== undefined) return await readRecipe(path, context.signal);
  if (direction === undefined) return emptyRecipe(context.folder);
  return modelRecipe(await openReference(direction, context), context.folder);
}

/** What exists below the current folder is meant, wherever the recipe lies. */
function absolute<T extends { readonly model: string }>(reference: T, folder: string): T {
  return existsSync(resolve(folder, reference.model))
    ? { ...reference, model: resolve(folder, reference.model) }
    : reference;
}
