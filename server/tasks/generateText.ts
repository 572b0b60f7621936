import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { GeneratedText } from '#protocol/results.ts';
import { ServerError } from '../errors.ts';
import { createGenerator } from '../generation/generate.ts';
import { openTokenizer } from '../generation/tokenizer.ts';
import { isThere } from '../models/isThere.ts';
import { readJsonFile } from '../models/jsonFile.ts';
import { toReference } from '../recipes/modelReference.ts';
import { readRecipe } from '../recipes/readRecipe.ts';
import type { Recipe } from '../recipes/recipe.ts';
import { openRecipe } from './openRecipe.ts';
import type { TaskContext } from './taskContext.ts';

export interface GenerateTextOptions {
  /** As on the command line: what is steered in place of the recipe's target. */
  readonly model: string;
  /** Absolute path; absent: nothing moves. */
  readonly recipe?: string | undefined;
  /** Default: the recipe's. */
  readonly strengths: readonly number[];
  /** Taken as it is; in its place `prompt` is encoded. */
  readonly ids?: readonly number[] | undefined;
  readonly prompt: string;
  readonly maxTokens: number;
}

/** Texts from a checkpoint's own bytes, greedy, one for each strength. Errors: those of the recipe, the tokenizer and the graph. */
export async function generateText(
  options: GenerateTextOptions,
  context: TaskContext,
): Promise<readonly GeneratedText[]> {
  const { folder, signal } = context;
  const model = toReference(options.model);
  const target = model.model === 'base' ? { ...model, model: './base' } : model;
  const path = options.recipe;
  const recipe = path === undefined ? nothing(folder) : await readRecipe(path, signal);
  const steered = await openRecipe({ ...recipe, target: absolute(target, folder) }, context);
  const place = steered.target?.checkpoint?.path;
  if (steered.target === undefined || place === undefined)
    throw new ServerError('base-not-found', options.model, 'stands on a base that was not found');
  const tokenizer = await openTokenizer(place, signal);
  const ids = options.ids ?? tokenizer.encode(options.prompt).ids;
  const { direction, tied } = steered;
  await using generator = await createGenerator({ target: steered.target, direction, tied });
  const strengths = options.strengths.length > 0 ? options.strengths : recipe.strengths;
  const { maxTokens } = options;
  const texts = await generator.generate({
    ids,
    strengths,
    maxTokens,
    signal,
    stops: await stopsOf(place, signal),
  });
  return texts.map(({ strength, tokens, finish }) => ({
    strength,
    promptIds: ids,
    // The library has no text of no tokens.
    text: tokens.length === 0 ? '' : tokenizer.decode(tokens.map(({ id }) => id)),
    tokens: tokens.map(({ id, logprob }) => ({ id, text: tokenizer.decode([id]), logprob })),
    finish,
    device: 'cpu',
  }));
}

/** What exists below the current folder is meant, wherever the recipe lies. */
function absolute<T extends { readonly model: string }>(reference: T, folder: string): T {
  return existsSync(resolve(folder, reference.model))
    ? { ...reference, model: resolve(folder, reference.model) }
    : reference;
}

async function stopsOf(folder: string, signal: AbortSignal): Promise<ReadonlySet<number>> {
  for (const name of ['generation_config.json', 'config.json']) {
    const path = join(folder, name);
    if (!(await isThere(path))) continue;
    const end = (await readJsonFile(path, signal))['eos_token_id'];
    const ids: readonly unknown[] = Array.isArray(end) ? end : [end];
    const numbers = ids.filter((id) => typeof id === 'number');
    if (numbers.length > 0) return new Set(numbers);
  }
  return new Set();
}

/** A recipe of no direction. */
function nothing(folder: string): Recipe {
  const all = { modules: undefined, include: undefined, exclude: undefined, layers: undefined };
  const output = { path: undefined, format: 'auto', dtype: 'source', rounding: 'nearest' } as const;
  return {
    name: 'nothing',
    folder,
    base: undefined,
    target: undefined,
    directions: [],
    several: true,
    strengths: [0],
    vocabulary: 'refuse',
    selection: all,
    schedule: undefined,
    output: { ...output, seed: 0, maxShardSize: undefined },
  };
}
