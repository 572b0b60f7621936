import type { Sampling } from '#protocol/generation.ts';
import type { Decoding, Strengths } from './decoding.ts';
import { knownLikelihood } from './knownLikelihood.ts';
import type { Likelihood } from './likelihood.ts';
import { mostAtOnce } from './readText.ts';
import { chooseToken } from './sampling.ts';

export interface GenerateOptions {
  readonly ids: readonly number[];
  /** One text each. */
  readonly strengths: readonly Strengths[];
  readonly maxTokens: number;
  /** Tokens that end a text. */
  readonly stops: ReadonlySet<number>;
  readonly sampling: Sampling;
  /** How many of the likeliest tokens are told with each. */
  readonly topLogprobs: number;
  /** Whether each text is read by the base too; it has to have a text of its own, one whose strengths are all 0. */
  readonly againstBase: boolean;
  readonly signal: AbortSignal;
  /** Called with each token of a text, the one that ends it left out. */
  readonly onToken?: (column: number, token: GeneratedToken) => void;
  /** Asked after each token of a text: whether it ends there, as a stop string says. Default: it does not. */
  readonly endsHere?: (column: number) => boolean;
}

export interface TokenLikelihood {
  readonly logprob: number;
  readonly top: readonly { readonly id: number; readonly logprob: number }[];
}

export interface GeneratedToken extends TokenLikelihood {
  readonly id: number;
  /** What the base would have said after the same tokens, and KL(steered ‖ base) there in nats; all before the temperature. Absent in the base's own text. */
  readonly base?: TokenLikelihood & { readonly divergence: number };
}

export interface Generated {
  readonly tokens: readonly GeneratedToken[];
  readonly finish: 'stop' | 'length';
}

/** A text that is being made. */
interface Column {
  readonly number: number;
  readonly strengths: Strengths;
  readonly tokens: GeneratedToken[];
  /** Its sequence in the batch. */
  readonly at: number;
  /** The base's sequence of the same tokens; undefined where there is none. */
  readonly base: number | undefined;
  readonly next: number;
  readonly isEnded: boolean;
}

/**
 * Texts in one batch, each going on from the same tokens. Texts that have ended leave it; where a text has parted from the
 * base's, the base goes on reading it in a sequence of its own. Cancels between two tokens, and
 * between parts of the prompt. `not-finite` as of `knownLikelihood`.
 */
export async function generateTexts(
  open: (strengths: readonly Strengths[]) => Decoding,
  options: GenerateOptions,
): Promise<readonly Generated[]> {
  const { ids, strengths, maxTokens, againstBase, signal } = options;
  const base = againstBase ? strengths.findIndex(isBase) : -1;
  const decoding = open(strengths);
  const all: Column[] = strengths.map((each, number) => ({
    number,
    strengths: each,
    tokens: [],
    at: number,
    base: base === -1 ? undefined : base,
    next: -1,
    isEnded: false,
  }));
  const ended = new Set<number>();
  let columns = all;
  const begun = await readBeginning(decoding, options);
  let fed = strengths.map(() => ids.slice(begun));
  for (let step = 0; step < maxTokens && columns.length > 0; step++) {
    signal.throwIfAborted();
    const logits = await decoding.feed(fed);
    const chosen = columns.map((column) => chooseFor(column, logits, step, options));
    for (const { number, isEnded } of chosen) if (isEnded) ended.add(number);
    const going = sequencesOf(chosen);
    decoding.select(going.sequences);
    fed = going.sequences.map(({ next }) => [next]);
    columns = [...going.columns];
  }
  signal.throwIfAborted();
  return all.map(({ number, tokens }) => ({ tokens, finish: ended.has(number) ? 'stop' : 'length' }));
}

/** Reads all of a long prompt but its last part, so that what attention takes grows with it and not with its square; how much was read. */
async function readBeginning(
  decoding: Decoding,
  { ids, strengths, signal }: GenerateOptions,
): Promise<number> {
  let begun = 0;
  for (; ids.length - begun > mostAtOnce; begun += mostAtOnce) {
    signal.throwIfAborted();
    const part = ids.slice(begun, begun + mostAtOnce);
    await decoding.feed(strengths.map(() => part));
  }
  return begun;
}

export function isBase(strengths: Strengths): boolean {
  return strengths.every((strength) => strength === 0);
}

function chooseFor(
  column: Column,
  logits: readonly Float32Array[],
  step: number,
  { ids, sampling, stops, topLogprobs, onToken, endsHere }: GenerateOptions,
): Column {
  const own = logits[column.at] ?? new Float32Array();
  const before = [...ids, ...column.tokens.map(({ id }) => id)];
  const likelihood = knownLikelihood(own, column.strengths);
  const next = chooseToken(own, { step, before }, sampling);
  if (stops.has(next)) return { ...column, next, isEnded: true };
  const likely = (of: Likelihood) => ({ logprob: of.of(next), top: of.top(topLogprobs) });
  const { base = column.at } = column;
  const shadow = base === column.at ? undefined : knownLikelihood(logits[base] ?? own, []);
  const token = {
    id: next,
    ...likely(likelihood),
    ...(shadow && { base: { ...likely(shadow), divergence: likelihood.divergenceFrom(shadow) } }),
  };
  column.tokens.push(token);
  onToken?.(column.number, token);
  return { ...column, next, isEnded: endsHere?.(column.number) ?? false };
}

interface Sequence {
  readonly from: number;
  readonly strengths: Strengths;
  readonly next: number;
}

/** What the next step computes: a sequence for each text that goes on, and one more for each that the base has to read apart. */
function sequencesOf(chosen: readonly Column[]): {
  readonly sequences: readonly Sequence[];
  readonly columns: readonly Column[];
} {
  const sequences: Sequence[] = [];
  const columns: Column[] = [];
  const add = (from: number, strengths: Strengths, next: number) => {
    const found = sequences.findIndex((each) => each.from === from && each.next === next);
    // A sequence that the base reads is the base's own as long as the tokens are the same.
    if (found !== -1 && isBase(strengths)) return found;
    return sequences.push({ from, strengths, next }) - 1;
  };
  for (const column of chosen.filter(({ isEnded }) => !isEnded)) {
    const at = add(column.at, column.strengths, column.next);
    columns.push({ ...column, at });
  }
  const read = columns.map((column) => {
    const { base, strengths, next } = column;
    if (base === undefined) return column;
    const zero = strengths.map(() => 0);
    return { ...column, base: add(base, zero, next) };
  });
  return { sequences, columns: read };
}
