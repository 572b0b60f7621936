import { largestIndices } from './largestIndices.ts';

/** Logits of a whole vocabulary as probabilities. */
export class Likelihood {
  readonly #logits: Float32Array;
  /** log Σ exp */
  readonly #total: number;

  constructor(logits: Float32Array) {
    this.#logits = logits;
    const most = logits[largestIndices(logits, 1)[0] ?? 0] ?? 0;
    let sum = 0;
    for (const value of logits) sum += Math.exp(value - most);
    this.#total = most + Math.log(sum);
  }

  /** False where logits were no numbers, as of a model that was moved beyond what float32 holds: then nothing is known of them. */
  get isKnown(): boolean {
    return Number.isFinite(this.#total);
  }

  /** Natural logarithm of a token's probability. */
  of(id: number): number {
    return (this.#logits[id] ?? -Infinity) - this.#total;
  }

  /** The likeliest tokens, likeliest first. */
  top(count: number): readonly { readonly id: number; readonly logprob: number }[] {
    return largestIndices(this.#logits, count).map((id) => ({ id, logprob: this.of(id) }));
  }

  /** KL(this ‖ other) in nats, over the whole vocabulary; not below 0, where rounding would have it. */
  divergenceFrom(other: Likelihood): number {
    let sum = 0;
    for (let id = 0; id < this.#logits.length; id++) {
      const own = this.of(id);
      const share = Math.exp(own);
      if (share > 0) sum += share * (own - other.of(id));
    }
    return Math.max(0, sum);
  }
}
