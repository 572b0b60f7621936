import { parse } from 'node:path';
import { realpathSync } from 'node:fs';
import { bytes as shownBytes } from '#protocol/figures.ts';
import { ServerError } from '../errors.ts';
import type { Checkpoint } from '../models/model.ts';
import { elementCount } from '../tensors/dtype.ts';
import { createGraphSession, type GraphSession, type GraphTensor } from '../work/graphSession.ts';
import { decoderOf } from './architectures/decoderOf.ts';
import type { Decoder } from './decoder.ts';
import { decoderGraph } from './decoderGraph.ts';
import { positionInputs } from './positions.ts';
import { chooseToken, logProbabilities, type Sampling, topIds } from './sampling.ts';
import type { Steered } from './weights.ts';

export interface GenerateOptions {
  readonly ids: readonly number[];
  readonly strengths: readonly number[];
  readonly maxTokens: number;
  /** Tokens that end a text. */
  readonly stops: ReadonlySet<number>;
  readonly sampling: Sampling;
  /** How many of the likeliest tokens are told with each. */
  readonly topLogprobs: number;
  readonly signal: AbortSignal;
}

export interface GeneratedToken {
  readonly id: number;
  /** Over the whole vocabulary, before the temperature. */
  readonly logprob: number;
  readonly top: readonly { readonly id: number; readonly logprob: number }[];
}

export interface Generated {
  readonly strength: number;
  readonly tokens: readonly GeneratedToken[];
  readonly finish: 'stop' | 'length';
}

/** A steered model that can be run: one graph for every strength. */
export async function createGenerator(steered: Omit<Steered, 'folder'>): Promise<Generator> {
  const { checkpoint, path } = steered.target;
  if (checkpoint === undefined)
    throw new ServerError('base-not-found', path, 'stands on a base that was not found');
  const decoder = decoderOf(checkpoint);
  refuseTooLarge(checkpoint);
  const folder = parse(realpathSync(checkpoint.path)).root;
  const session = await createGraphSession(decoderGraph(decoder, { ...steered, folder }), folder);
  return new Generator(decoder, session);
}

/** Runs a decoder's graph, and keeps its cache of keys and values. */
export class Generator implements AsyncDisposable {
  readonly #decoder: Decoder;
  readonly #session: GraphSession;

  constructor(decoder: Decoder, session: GraphSession) {
    this.#decoder = decoder;
    this.#session = session;
  }

  /** Texts, one for each strength, in one batch. Cancels between two tokens. */
  async generate({
    ids,
    strengths,
    maxTokens,
    stops,
    sampling,
    topLogprobs,
    signal,
  }: GenerateOptions): Promise<readonly Generated[]> {
    if (ids.length === 0) throw new ServerError('usage', '--ids', 'has no token to begin with');
    const odd = ids.find((id) => id >= this.#decoder.vocabulary);
    if (odd !== undefined)
      throw new ServerError(
        'usage',
        '--ids',
        `has ${odd}; the model knows ${this.#decoder.vocabulary} tokens`,
      );
    const cache = new Map<string, Float32Array[]>();
    const texts = strengths.map((): GeneratedToken[] => []);
    const ended = new Set<number>();
    let fed: readonly (readonly number[])[] = strengths.map(() => ids);
    for (let past = 0, step = 0; step < maxTokens && ended.size < strengths.length; step++) {
      signal.throwIfAborted();
      const logits = await this.#step(fed, { past, strengths, cache });
      past += fed[0]?.length ?? 0;
      fed = logits.map((row, index) => {
        const best = token(row, chooseToken(row, step, sampling), topLogprobs);
        if (stops.has(best.id)) ended.add(index);
        if (!ended.has(index)) texts[index]?.push(best);
        return [best.id];
      });
    }
    return strengths.map((strength, index) => ({
      strength,
      tokens: texts[index] ?? [],
      finish: ended.has(index) ? 'stop' : 'length',
    }));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#session[Symbol.asyncDispose]();
  }

  /** Logits of the last token of each sequence. */
  async #step(
    fed: readonly (readonly number[])[],
    { past, strengths, cache }: Position,
  ): Promise<readonly Float32Array[]> {
    const batch = fed.length;
    const length = fed[0]?.length ?? 0;
    const results = await this.#session.run({
      ids: integers(fed.flat()),
      strengths: {
        data: Float32Array.from(fed.flatMap((row, index) => row.map(() => strengths[index] ?? 0))),
        shape: [batch * length, 1],
      },
      ...positionInputs(this.#decoder, past, length),
      rows: integers(fed.map((_, index) => (index + 1) * length - 1)),
      ...this.#cached(cache, past, batch),
    });
    for (const [name, data] of results) {
      if (!name.startsWith('new.')) continue;
      const kept = cache.get(name.slice(4));
      if (kept === undefined) cache.set(name.slice(4), [data]);
      else kept.push(data);
    }
    const logits = results.get('logits') ?? new Float32Array();
    const width = logits.length / batch;
    return fed.map((_, index) => logits.subarray(index * width, (index + 1) * width));
  }

  #cached(cache: Map<string, Float32Array[]>, past: number, batch: number): Record<string, GraphTensor> {
    const { layers, keyHeads, headWidth } = this.#decoder;
    const names = Array.from({ length: layers }, (_, layer) => [`key.${layer}`, `value.${layer}`]).flat();
    return Object.fromEntries(
      names.map((name) => {
        const data = joined(cache.get(name) ?? []);
        if (past > 0) cache.set(name, [data]);
        return [name, { data, shape: [past, batch, keyHeads, headWidth] }];
      }),
    );
  }
}

/** Weights are float32 in memory, whatever they are stored as. */
function refuseTooLarge({ path, tensors }: Checkpoint): void {
  const needed = [...tensors.values()].reduce(
    (sum, { shape }) => sum + 4 * (elementCount(shape) ?? Infinity),
    0,
  );
  const free = process.availableMemory();
  if (needed < free) return;
  const problem = `takes ${shownBytes(needed)} of memory in float32, and ${shownBytes(free)} are available; a smaller model fits`;
  throw new ServerError('too-large', path, problem);
}

interface Position {
  /** Tokens in the cache. */
  readonly past: number;
  readonly strengths: readonly number[];
  readonly cache: Map<string, Float32Array[]>;
}

function integers(values: readonly number[]): GraphTensor {
  return { data: BigInt64Array.from(values, BigInt), shape: [values.length] };
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const whole = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function token(logits: Float32Array, id: number, topLogprobs: number): GeneratedToken {
  const logprobs = logProbabilities(logits);
  const of = (each: number) => ({ id: each, logprob: logprobs[each] ?? -Infinity });
  return { ...of(id), top: topLogprobs === 0 ? [] : topIds(logprobs, topLogprobs).map(of) };
}
