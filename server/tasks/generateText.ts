import type { Prompt, Sampling } from '#protocol/generation.ts';
import type { GeneratedText } from '#protocol/results.ts';
import type { DeviceChoice } from '../work/devices.ts';
import { graphDevice } from '../work/graphDevice.ts';
import { builtProbeScript } from '../work/work.ts';
import { createGenerator, planGenerator } from '../generation/generator.ts';
import { type Along, encodePrompt, openNamedModel } from './steeredModel.ts';
import { stopTokens } from './stopTokens.ts';
import type { TaskContext } from './taskContext.ts';

export interface GenerateTextOptions extends Along {
  /** As on the command line: what is steered in place of the recipe's target. */
  readonly model: string;
  /** Default: the recipe's. */
  readonly strengths: readonly number[];
  /** Taken as it is; in its place `prompt` is encoded. */
  readonly ids?: readonly number[] | undefined;
  readonly prompt: Prompt;
  readonly maxTokens: number;
  readonly sampling: Sampling;
  readonly topLogprobs: number;
  readonly device: DeviceChoice;
}

/** Texts from a checkpoint's own bytes, one for each strength. Errors: those of the recipe, the tokenizer and the graph. */
export async function generateText(
  options: GenerateTextOptions,
  context: TaskContext,
): Promise<readonly GeneratedText[]> {
  const { signal } = context;
  const { recipe, steered, steerings, place } = await openNamedModel(options.model, options, context);
  const { tokenizer, encoding } = await encodePrompt(place, options.prompt, signal);
  const ids = options.ids ?? encoding.ids;
  const plan = await planGenerator(steered, signal);
  const device = await graphDevice(options.device, builtProbeScript(), signal);
  await using generator = await createGenerator(plan, device);
  const strengths = options.strengths.length > 0 ? options.strengths : recipe.strengths;
  const { maxTokens, sampling, topLogprobs } = options;
  const started = performance.now();
  const texts = await generator.generate({
    ids,
    strengths: strengths.map((k) => steerings.map(({ strength }) => k * strength)),
    maxTokens,
    sampling,
    topLogprobs,
    againstBase: false,
    signal,
    stops: await stopTokens(place, signal),
  });
  const seconds = (performance.now() - started) / 1000;
  const made = texts.reduce((sum, { tokens }) => sum + tokens.length, 0);
  return texts.map(({ tokens, finish }, index) => ({
    strength: strengths[index] ?? 0,
    promptIds: ids,
    // The library has no text of no tokens.
    text: tokens.length === 0 ? '' : tokenizer.decode(tokens.map(({ id }) => id)),
    tokens: tokens.map((token) => ({ ...token, text: tokenizer.decode([token.id]) })),
    finish,
    device,
    tokensPerSecond: made / seconds,
  }));
}
