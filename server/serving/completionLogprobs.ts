import type { AnswerToken } from './servedModel.ts';

/** A token, or one that nothing came before. */
export type ToldToken = Pick<AnswerToken, 'text'> & Partial<AnswerToken>;

/** How `/v1/completions` tells likelihoods. Text begins `before` characters into that of the tokens. */
export function completionLogprobs(tokens: readonly ToldToken[], before: number): object {
  let end = -before;
  return {
    tokens: tokens.map(({ text }) => text),
    token_logprobs: tokens.map(({ logprob }) => logprob ?? null),
    top_logprobs: tokens.map(topOf),
    text_offset: tokens.map(({ text }) => {
      const at = Math.max(0, end);
      end += text.length;
      return at;
    }),
  };
}

/** The likeliest by their texts, and the token itself; of those that have one text, the likeliest. */
function topOf({ text, logprob, top = [] }: ToldToken): Readonly<Record<string, number>> | null {
  if (logprob === undefined) return null;
  const told = new Map<string, number>();
  for (const each of [...top, { text, logprob }]) if (!told.has(each.text)) told.set(each.text, each.logprob);
  return Object.fromEntries(told);
}
