import type { ToldToken } from './completionLogprobs.ts';
import type { Prompt } from './prompts.ts';
import type { ServedModel } from './servedModel.ts';

/** A prompt as it is told. */
export interface Echo {
  readonly text: string;
  readonly tokens: readonly ToldToken[];
  /** Characters of the tokens that are not told: a token that the tokenizer puts before every text, say. */
  readonly before: number;
}

/** Without `topLogprobs` nothing is computed. */
export async function echoOf(
  model: ServedModel,
  { ids, text }: Prompt,
  { strength, topLogprobs, signal }: EchoOptions,
): Promise<Echo> {
  const texts = model.textsOf(ids);
  const all = texts.join('');
  const isEnd = text !== undefined && all.endsWith(text);
  const told = {
    text: isEnd ? text : all,
    before: isEnd ? all.length - text.length : 0,
  };
  if (topLogprobs === undefined) return { ...told, tokens: [] };
  const read = await model.read({ ids, strength, topLogprobs, signal });
  return { ...told, tokens: texts.map((each, at) => ({ ...read[at - 1], text: each })) };
}

interface EchoOptions {
  readonly strength: number;
  readonly topLogprobs: number | undefined;
  readonly signal: AbortSignal;
}
