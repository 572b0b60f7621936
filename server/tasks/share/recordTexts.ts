import type { Prompt, Sampling } from '#protocol/generation.ts';
import type { SharedPrompt, SharedText } from '#protocol/share.ts';
import type { GeneratedToken } from '../../generation/generateTexts.ts';
import type { Generator } from '../../generation/generator.ts';
import { ColumnTokens } from '../generatedColumn.ts';
import { encodePrompt } from '../steeredModel.ts';

export interface RecordOptions {
  readonly generator: Generator;
  /** The folder of the model's tokenizer. */
  readonly place: string;
  /** Of the directions, which each k multiplies; the last of the generator's may be random. */
  readonly weights: readonly number[];
  readonly hasRandom: boolean;
  /** Ascending. */
  readonly strengths: readonly number[];
  readonly stops: ReadonlySet<number>;
  readonly maxTokens: number;
  readonly sampling: Sampling;
  readonly signal: AbortSignal;
}

/** A prompt's texts at every strength, made in one batch beside the base. Errors as of `encodePrompt` and the generator. */
export async function recordPrompt(prompt: Prompt, options: RecordOptions): Promise<SharedPrompt> {
  const { weights, hasRandom } = options;
  const shown = 'text' in prompt ? { text: prompt.text } : { text: prompt.message, system: prompt.system };
  const steered = await recordTexts(prompt, [...weights, 0], options);
  const random = hasRandom ? await recordTexts(prompt, [...weights.map(() => 0), 1], options) : null;
  return { ...shown, base: steered.base, steered: steered.texts, random: random?.texts ?? null };
}

async function recordTexts(
  prompt: Prompt,
  along: readonly number[],
  { generator, place, hasRandom, strengths, stops, maxTokens, sampling, signal }: RecordOptions,
): Promise<{ readonly base: SharedText; readonly texts: readonly SharedText[] }> {
  const { tokenizer, encoding } = await encodePrompt(place, prompt, signal);
  const weights = hasRandom ? along : along.slice(0, -1);
  const columns = [0, ...strengths.filter((k) => k !== 0)];
  const told = columns.map(() => new ColumnTokens(tokenizer));
  const made = await generator.generate({
    ids: encoding.ids,
    strengths: columns.map((k) => weights.map((weight) => (k === 0 ? 0 : k * weight))),
    maxTokens,
    sampling,
    topLogprobs: 0,
    againstBase: true,
    signal,
    stops,
    onToken: (column: number, token: GeneratedToken) => void told[column]?.add(token),
  });
  const ids = made.map(({ tokens }) => tokens.map(({ id }) => id));
  const texts = made.map(({ finish }, at): SharedText => {
    const tokens = told[at]?.end() ?? [];
    return {
      tokens: tokens.map(({ text }) => text),
      divergences: tokens.flatMap(({ base }) =>
        base === undefined ? [] : Number(base.divergence.toPrecision(4)),
      ),
      differsAt: firstDifference(ids[0] ?? [], ids[at] ?? []),
      finish,
    };
  });
  const base = texts[0] ?? { tokens: [], divergences: [], differsAt: null, finish: 'stop' };
  const byStrength = new Map(columns.map((k, at) => [k, texts[at] ?? base]));
  return { base, texts: strengths.map((k) => byStrength.get(k) ?? base) };
}

/** Where two texts part; null where they do not. */
export function firstDifference(one: readonly number[], other: readonly number[]): number | null {
  const shorter = Math.min(one.length, other.length);
  const at = one.slice(0, shorter).findIndex((id, index) => id !== other[index]);
  if (at !== -1) return at;
  return one.length === other.length ? null : shorter;
}
