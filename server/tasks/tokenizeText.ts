import type { TokenizeResult } from '#protocol/results.ts';
import type { Prompt } from '#protocol/generation.ts';
import { encodePrompt, openNamedModel } from './steeredModel.ts';
import type { TaskContext } from './taskContext.ts';

/** A prompt as a model's tokens. Errors: those of the model, the tokenizer and the chat template. */
export async function tokenizeText(
  model: string,
  prompt: Prompt,
  context: TaskContext,
): Promise<TokenizeResult> {
  const { place } = await openNamedModel(model, {}, context);
  const { tokenizer, encoding } = await encodePrompt(place, prompt, context.signal);
  const { ids } = encoding;
  return {
    ids,
    tokens: ids.map((id) => tokenizer.id_to_token(id) ?? ''),
    decoded: tokenizer.decode(ids),
  };
}
