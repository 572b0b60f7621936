import type { GraphTensor } from '../work/graphSession.ts';

/** Tokens that room is made for at a time. */
const chunk = 256;

/**
 * One tensor of a decoder's cache, [tokens, rows, width]: time comes first, so that new tokens are put behind the others
 * and nothing is copied but when the room is used up or the rows are others.
 */
export class KeyValueCache {
  readonly #sizes: readonly number[];
  #data = new Float32Array();
  #tokens = 0;
  #rows: number;

  /** `sizes` are those of what is kept of one token of one row. */
  constructor(rows: number, sizes: readonly number[]) {
    this.#rows = rows;
    this.#sizes = sizes;
  }

  /** All of it, as a graph reads it; good until something is added. */
  tensor(): GraphTensor {
    return {
      data: this.#data.subarray(0, this.#tokens * this.#stride),
      shape: [this.#tokens, this.#rows, ...this.#sizes],
    };
  }

  /** Puts tokens behind those that are there, [new tokens, rows, width]. */
  add(fresh: Float32Array): void {
    const used = this.#tokens * this.#stride;
    if (used + fresh.length > this.#data.length) {
      const grown = new Float32Array(used + fresh.length + chunk * this.#stride);
      grown.set(this.#data.subarray(0, used));
      this.#data = grown;
    }
    this.#data.set(fresh, used);
    this.#tokens += fresh.length / this.#stride;
  }

  /** Goes on with these of its rows, in this order; a row may be there twice. */
  select(rows: readonly number[]): void {
    const width = this.#stride / this.#rows;
    const selected = new Float32Array((this.#tokens + chunk) * rows.length * width);
    for (let token = 0; token < this.#tokens; token++) {
      for (const [to, from] of rows.entries()) {
        const start = token * this.#stride + from * width;
        selected.set(this.#data.subarray(start, start + width), (token * rows.length + to) * width);
      }
    }
    this.#data = selected;
    this.#rows = rows.length;
  }

  get #stride(): number {
    return this.#rows * this.#sizes.reduce((product, size) => product * size, 1);
  }
}
