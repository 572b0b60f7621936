import type { Sampling } from '#protocol/generation.ts';
import { largestIndices } from './largestIndices.ts';

/** Where a token is chosen: its step, and the tokens before it, prompt included. */
export interface Place {
  readonly step: number;
  readonly before: readonly number[];
}

/**
 * Chooses with Gumbel noise (Gumbel 1954): the largest of log p + g, where g hangs on the seed, the step and the token
 * alone. So the same noise meets every strength, and texts part only where the model does. Of equals, the first.
 */
export function chooseToken(logits: Float32Array, { step, before }: Place, sampling: Sampling): number {
  const { temperature, seed } = sampling;
  const penalized = withPenalty(logits, before, sampling.repetitionPenalty);
  if (temperature === 0) return largestIndices(penalized, 1)[0] ?? 0;
  const kept = keptTokens(penalized, sampling);
  const scoreOf = (id: number) =>
    (penalized[id] ?? -Infinity) / temperature - Math.log(-Math.log(uniform(seed, step, id)));
  const likeliest = largestIndices(penalized, 1)[0] ?? 0;
  let best = { id: likeliest, score: scoreOf(likeliest) };
  for (const id of kept) {
    if ((penalized[id] ?? -Infinity) / temperature + mostNoise < best.score) continue;
    const score = scoreOf(id);
    if (score > best.score) best = { id, score };
  }
  return best.id;
}

/** No noise is larger: what it could not lift above the best needs none. */
const mostNoise = 23;

/** As RepetitionPenaltyLogitsProcessor of transformers (Keskar et al. 2019): once for each token that came before. */
function withPenalty(logits: Float32Array, before: readonly number[], penalty: number): Float32Array {
  if (penalty === 1) return logits;
  const changed = logits.slice();
  for (const id of new Set(before)) {
    const value = logits[id] ?? 0;
    changed[id] = value < 0 ? value * penalty : value / penalty;
  }
  return changed;
}

/** Ids that may be chosen, at least one; the whole vocabulary is never sorted. */
function keptTokens(logits: Float32Array, { temperature, topK, topP, minP }: Sampling): readonly number[] {
  const most = logits[largestIndices(logits, 1)[0] ?? 0] ?? 0;
  const weight = (id: number) => Math.exp(((logits[id] ?? -Infinity) - most) / temperature);
  const first = topK > 0 ? largestIndices(logits, topK) : [...logits.keys()];
  const nucleus = topP < 1 ? nucleusOf(logits, { first, topP, weight }) : first;
  return minP > 0 ? nucleus.filter((id) => weight(id) >= minP) : nucleus;
}

interface Nucleus {
  /** All that top-k has left, likeliest first where it has left few. */
  readonly first: readonly number[];
  readonly topP: number;
  readonly weight: (id: number) => number;
}

/** So many are looked at first: most texts need fewer, and then nothing is sorted. */
const few = 256;

/** The likeliest that sum to topP; of equals, the first. */
function nucleusOf(logits: Float32Array, { first, topP, weight }: Nucleus): readonly number[] {
  const enough = topP * first.reduce((sum, id) => sum + weight(id), 0);
  const likeliest = largestIndices(logits, Math.min(few, first.length));
  const count = countTo(enough, likeliest.map(weight));
  if (count < likeliest.length || likeliest.length === first.length) return likeliest.slice(0, count);
  // Values without their places sort ten times as fast.
  const sorted = Float32Array.from(first, (id) => logits[id] ?? -Infinity)
    .toSorted()
    .toReversed();
  const weights = Float64Array.from(first, weight).toSorted().toReversed();
  const length = countTo(enough, weights);
  const least = sorted[length - 1] ?? -Infinity;
  let equals = length - sorted.indexOf(least);
  return first.filter((id) => {
    const value = logits[id] ?? -Infinity;
    return value > least || (value === least && equals-- > 0);
  });
}

/** How many of the first weights reach a sum; all, where they do not. */
function countTo(enough: number, weights: ArrayLike<number>): number {
  let sum = 0;
  for (let at = 0; at < weights.length; at++) {
    sum += weights[at] ?? 0;
    if (sum >= enough) return at + 1;
  }
  return weights.length;
}

/** In (0, 1), 32 bits of it: the finaliser of MurmurHash3 (Appleby 2011) over the three. */
function uniform(seed: number, step: number, token: number): number {
  const mixed = [seed, Math.floor(seed / 2 ** 32), step, token].reduce(
    (hash, value) => mix((Math.imul(hash, 31) + (value | 0) + 0x9e3779b9) | 0),
    0,
  );
  return ((mixed >>> 0) + 0.5) / 2 ** 32;
}

function mix(value: number): number {
  let hash = value ^ (value >>> 16);
  hash = Math.imul(hash, 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
