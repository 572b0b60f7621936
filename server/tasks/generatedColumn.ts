import type { GenerationColumn, LikelyToken, TextToken } from '#protocol/generation.ts';
import type { Generated, GeneratedToken } from '../generation/generateTexts.ts';
import { TextStream, type TokenDecoder } from '../generation/textStream.ts';

/** The tokens of one column as they come, each with what it adds to the text. */
export class ColumnTokens {
  readonly #decoder: TokenDecoder;
  readonly #stream: TextStream;
  readonly #tokens: TextToken[] = [];

  constructor(decoder: TokenDecoder) {
    this.#decoder = decoder;
    this.#stream = new TextStream(decoder);
  }

  add({ id, logprob, top, base }: GeneratedToken): TextToken {
    const named = (likely: GeneratedToken['top']): readonly LikelyToken[] =>
      likely.map((each) => ({ ...each, text: this.#decoder.decode([each.id]) }));
    const token = {
      id,
      text: this.#stream.push(id),
      logprob,
      top: named(top),
      ...(base && { base: { ...base, top: named(base.top) } }),
    };
    this.#tokens.push(token);
    return token;
  }

  /** All of them; what the last one leaves of a character is with it. */
  end(): readonly TextToken[] {
    const rest = this.#stream.end();
    const last = this.#tokens.at(-1);
    if (last === undefined || rest === '') return this.#tokens;
    return [...this.#tokens.slice(0, -1), { ...last, text: last.text + rest }];
  }
}

/** What became of a column, and how far from the base it is. */
export function generatedColumn(
  strengths: readonly number[],
  tokens: readonly TextToken[],
  { finish }: Pick<Generated, 'finish'>,
): GenerationColumn {
  const read = tokens.flatMap(({ base }) => base ?? []);
  const ids = tokens.map(({ id }) => id);
  return {
    strengths,
    text: tokens.map(({ text }) => text).join(''),
    tokens,
    finish,
    divergence: mean(read.map(({ divergence }) => divergence)),
    baseLogprob: mean(read.map(({ logprob }) => logprob)),
    repetition: repetition(ids),
  };
}

/** Share of the runs of three tokens that came before: 1 − distinct-3 (Li et al. 2016). */
export function repetition(ids: readonly number[]): number {
  const runs = ids.slice(2).map((_, at) => ids.slice(at, at + 3).join());
  return runs.length === 0 ? 0 : 1 - new Set(runs).size / runs.length;
}

function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}
