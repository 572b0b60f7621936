import type { Decoding, Strengths } from './decoding.ts';
import type { TokenLikelihood } from './generateTexts.ts';
import { knownLikelihood } from './knownLikelihood.ts';

export interface ReadOptions {
  readonly ids: readonly number[];
  readonly strengths: Strengths;
  /** How many of the likeliest tokens are told with each. */
  readonly topLogprobs: number;
  readonly signal: AbortSignal;
}

/** Logits that are in memory at a time: 64 MiB of float32. */
const mostLogits = 2 ** 24;

/** Tokens of a text that are read at a time: attention compares each of them with all before it. */
export const mostAtOnce = 512;

/** How likely each token is after those before it, the first left out. Cancels between parts of the text. */
export async function readText(
  open: (strengths: readonly Strengths[]) => Pick<Decoding, 'feed'>,
  vocabulary: number,
  { ids, strengths, topLogprobs, signal }: ReadOptions,
): Promise<readonly TokenLikelihood[]> {
  const decoding = open([strengths]);
  const step = Math.max(1, Math.min(mostAtOnce, Math.floor(mostLogits / vocabulary)));
  const read: TokenLikelihood[] = [];
  // Nothing is asked of what follows the last token.
  for (let start = 0; start < ids.length - 1; start += step) {
    signal.throwIfAborted();
    const end = Math.min(start + step, ids.length - 1);
    const logits = await decoding.feed([ids.slice(start, end)], 'all');
    for (const [index, next] of ids.slice(start + 1, end + 1).entries()) {
      const likelihood = knownLikelihood(logits[index] ?? new Float32Array(), strengths);
      read.push({ logprob: likelihood.of(next), top: likelihood.top(topLogprobs) });
    }
  }
  signal.throwIfAborted();
  return read;
}
