import { join } from 'node:path';
import type { GeneratedText } from '#protocol/results.ts';
import { createGenerator } from '../generation/generate.ts';
import type { Sampling } from '../generation/sampling.ts';
import { isThere } from '../models/isThere.ts';
import { readJsonFile } from '../models/jsonFile.ts';
import { encodePrompt, openSteeredModel, type Prompt } from './steeredModel.ts';
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
  readonly prompt: Prompt;
  readonly maxTokens: number;
  readonly sampling: Sampling;
  readonly topLogprobs: number;
}

/** Texts from a checkpoint's own bytes, one for each strength. Errors: those of the recipe, the tokenizer and the graph. */
export async function generateText(
  options: GenerateTextOptions,
  context: TaskContext,
): Promise<readonly GeneratedText[]> {
  const { signal } = context;
  const { recipe, steered, place } = await openSteeredModel(options.model, options.recipe, context);
  const { tokenizer, encoding } = await encodePrompt(place, options.prompt, signal);
  const ids = options.ids ?? encoding.ids;
  await using generator = await createGenerator(steered);
  const strengths = options.strengths.length > 0 ? options.strengths : recipe.strengths;
  const { maxTokens, sampling, topLogprobs } = options;
  const started = performance.now();
  const texts = await generator.generate({
    ids,
    strengths,
    maxTokens,
    sampling,
    topLogprobs,
    signal,
    stops: await stopsOf(place, signal),
  });
  const seconds = (performance.now() - started) / 1000;
  const made = texts.reduce((sum, { tokens }) => sum + tokens.length, 0);
  return texts.map(({ strength, tokens, finish }) => ({
    strength,
    promptIds: ids,
    // The library has no text of no tokens.
    text: tokens.length === 0 ? '' : tokenizer.decode(tokens.map(({ id }) => id)),
    tokens: tokens.map((token) => ({ ...token, text: tokenizer.decode([token.id]) })),
    finish,
    device: 'cpu',
    tokensPerSecond: made / seconds,
  }));
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
