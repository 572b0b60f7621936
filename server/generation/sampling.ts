/** How a token is chosen. Filters in the order of transformers: temperature, top-k, top-p, min-p. */
export interface Sampling {
  /** 0: the likeliest, whatever the rest says. */
  readonly temperature: number;
  /** The most tokens that may be chosen; 0: all. */
  readonly topK: number;
  /** The likeliest tokens whose probabilities sum to at least this; 1: all. */
  readonly topP: number;
  /** Tokens at least this share as likely as the likeliest; 0: all. */
  readonly minP: number;
  readonly seed: number;
}

/**
 * Chooses with Gumbel noise (Gumbel 1954): the largest of log p + g, where g hangs on the seed, the step and the token
 * alone. So the same noise meets every strength, and texts part only where the model does. Of equals, the first.
 */
export function chooseToken(logits: Float32Array, step: number, sampling: Sampling): number {
  const { temperature, seed } = sampling;
  if (temperature === 0) return largest(logits);
  const scaled = Float64Array.from(logits, (value) => value / temperature);
  const kept = keptTokens(scaled, sampling);
  return kept.reduce(
    ({ id, score }, next) => {
      const other = (scaled[next] ?? -Infinity) - Math.log(-Math.log(uniform(seed, step, next)));
      return other > score ? { id: next, score: other } : { id, score };
    },
    { id: kept[0] ?? 0, score: -Infinity },
  ).id;
}

/** Natural logarithms of the probabilities over the whole vocabulary. */
export function logProbabilities(logits: Float32Array): Float64Array {
  const most = logits[largest(logits)] ?? 0;
  const total = Math.log(logits.reduce((sum, value) => sum + Math.exp(value - most), 0));
  return Float64Array.from(logits, (value) => value - most - total);
}

/** Ids of the `count` largest values, largest first; of equals, the first. */
export function topIds(values: Float64Array, count: number): readonly number[] {
  return order(values).slice(0, count);
}

function largest(logits: Float32Array): number {
  return logits.reduce((best, value, index) => (value > (logits[best] ?? 0) ? index : best), 0);
}

function order(values: Float64Array): readonly number[] {
  return Array.from(values.keys()).toSorted((a, b) => (values[b] ?? 0) - (values[a] ?? 0) || a - b);
}

/** Ids, likeliest first; at least one. */
function keptTokens(scaled: Float64Array, { topK, topP, minP }: Sampling): readonly number[] {
  const sorted = order(scaled);
  const first = topK > 0 ? sorted.slice(0, topK) : sorted;
  const most = scaled[first[0] ?? 0] ?? 0;
  const weight = (id: number) => Math.exp((scaled[id] ?? -Infinity) - most);
  const enough = topP * first.reduce((sum, id) => sum + weight(id), 0);
  let before = 0;
  const nucleus = first.filter((id, index) => {
    const isKept = index === 0 || topP === 1 || before < enough;
    before += weight(id);
    return isKept;
  });
  return nucleus.filter((id) => weight(id) >= minP);
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
