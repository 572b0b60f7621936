import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { ServerError } from '../errors.ts';
import { type Message, renderChat } from '../generation/chatTemplate.ts';
import { openTokenizer } from '../generation/tokenizer.ts';
import { toReference } from '../recipes/modelReference.ts';
import { readRecipe } from '../recipes/readRecipe.ts';
import { openRecipe } from './openRecipe.ts';
import { emptyRecipe } from './subjectRecipe.ts';
import type { TaskContext } from './taskContext.ts';

/** Text as it is, or what a person says, with a system message, for the model's chat template. */
export type Prompt =
  | { readonly text: string }
  | { readonly message: string; readonly system?: string | undefined };

/** A model as the command line names it, in place of a recipe's target; without a recipe nothing moves. */
export async function openSteeredModel(name: string, recipePath: string | undefined, context: TaskContext) {
  const { folder, signal } = context;
  const model = toReference(name);
  const reference = model.model === 'base' ? { ...model, model: './base' } : model;
  const recipe = recipePath === undefined ? emptyRecipe(folder) : await readRecipe(recipePath, signal);
  const { target, direction, tied } = await openRecipe(
    { ...recipe, target: absolute(reference, folder) },
    context,
  );
  const place = target?.checkpoint?.path;
  if (target === undefined || place === undefined)
    throw new ServerError('base-not-found', name, 'stands on a base that was not found');
  return { recipe, steered: { target, direction, tied }, place };
}

/** The tokenizer of a model's folder, and a prompt in it. A template writes its special tokens itself, so none is added to its text. */
export async function encodePrompt(place: string, prompt: Prompt, signal: AbortSignal) {
  const tokenizer = await openTokenizer(place, signal);
  if ('text' in prompt) return { tokenizer, encoding: tokenizer.encode(prompt.text) };
  const { message, system } = prompt;
  const messages: readonly Message[] = [
    ...(system === undefined ? [] : [{ role: 'system', content: system } as const]),
    { role: 'user', content: message },
  ];
  const text = await renderChat(place, messages, signal);
  return { tokenizer, encoding: tokenizer.encode(text, { add_special_tokens: false }) };
}

/** What exists below the current folder is meant, wherever the recipe lies. */
function absolute<T extends { readonly model: string }>(reference: T, folder: string): T {
  return existsSync(resolve(folder, reference.model))
    ? { ...reference, model: resolve(folder, reference.model) }
    : reference;
}
