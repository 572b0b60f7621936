import { createGenerator, type Generator, type GeneratorPlan } from '../generation/generator.ts';

/** The generator of what was generated from last: another strength needs no loading, another model takes its place. */
export class KeptGenerator implements AsyncDisposable {
  #kept: Generator | undefined;

  /** For one after another; what was kept is given up before another is loaded. */
  async of(plan: GeneratorPlan, onLoad: () => void): Promise<Generator> {
    if (this.#kept?.identity === plan.identity) return this.#kept;
    await this[Symbol.asyncDispose]();
    onLoad();
    this.#kept = await createGenerator(plan);
    return this.#kept;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const kept = this.#kept;
    this.#kept = undefined;
    await kept?.[Symbol.asyncDispose]();
  }
}
