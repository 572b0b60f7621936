import type { GraphSession, GraphTensor } from '../work/graphSession.ts';
import type { Decoder } from './decoder.ts';
import { KeyValueCache } from './keyValueCache.ts';
import { positionInputs } from './positions.ts';

/** A sequence of the batch: how far it goes along each direction. */
export type Strengths = readonly number[];

export interface DecodingParts {
  readonly decoder: Decoder;
  readonly session: GraphSession;
  /** [directions, layers + 1, modules] */
  readonly factors: GraphTensor;
}

/** Some sequences of one length that a decoder's graph goes on with, and its cache of them. */
export class Decoding {
  readonly #parts: DecodingParts;
  readonly #caches: ReadonlyMap<string, KeyValueCache>;
  #strengths: readonly Strengths[];
  #past = 0;

  constructor(parts: DecodingParts, strengths: readonly Strengths[]) {
    const { layers, keyHeads, headWidth } = parts.decoder;
    this.#parts = parts;
    this.#strengths = strengths;
    const names = Array.from({ length: layers }, (_, layer) => [`key.${layer}`, `value.${layer}`]).flat();
    this.#caches = new Map(
      names.map((name) => [name, new KeyValueCache(strengths.length, [keyHeads, headWidth])]),
    );
  }

  /** Goes on with these sequences, in this order, each with the strengths that it has from now on. */
  select(sequences: readonly { readonly from: number; readonly strengths: Strengths }[]): void {
    const isSame =
      sequences.length === this.#strengths.length && sequences.every(({ from }, at) => from === at);
    if (!isSame) for (const cache of this.#caches.values()) cache.select(sequences.map(({ from }) => from));
    this.#strengths = sequences.map(({ strengths }) => strengths);
  }

  /** Reads as many tokens of each sequence; logits of what follows the last, one array a sequence, or of what follows each, sequence by sequence. */
  async feed(
    tokens: readonly (readonly number[])[],
    wanted: 'last' | 'all' = 'last',
  ): Promise<readonly Float32Array[]> {
    const { decoder, session } = this.#parts;
    const length = tokens[0]?.length ?? 0;
    const rows =
      wanted === 'all' ? [...tokens.flat().keys()] : tokens.map((_, index) => (index + 1) * length - 1);
    const results = await session.run({
      ids: integers(tokens.flat()),
      ...this.#steering(length),
      ...positionInputs(decoder, this.#past, length),
      rows: integers(rows),
      ...Object.fromEntries([...this.#caches].map(([name, cache]) => [name, cache.tensor()])),
    });
    this.#past += length;
    for (const [name, cache] of this.#caches) cache.add(results.get(`new.${name}`) ?? new Float32Array());
    const logits = results.get('logits') ?? new Float32Array();
    const width = logits.length / rows.length;
    return rows.map((_, index) => logits.subarray(index * width, (index + 1) * width));
  }

  #steering(length: number): Record<string, GraphTensor> {
    const { factors } = this.#parts;
    const [directions = 0] = factors.shape;
    const rows = this.#strengths.flatMap((strengths) => {
      const row = Array.from({ length: directions }, (_, direction) => strengths[direction] ?? 0);
      return Array.from({ length }, () => row);
    });
    return { strengths: { data: Float32Array.from(rows.flat()), shape: [rows.length, directions] }, factors };
  }
}

function integers(values: readonly number[]): GraphTensor {
  return { data: BigInt64Array.from(values, BigInt), shape: [values.length] };
}
