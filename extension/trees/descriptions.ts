import type { Failure, Outcome } from '#protocol/failure.ts';
import type { ModelSummary } from '#protocol/models.ts';
import type { Call } from '../call.ts';
import { failureOf } from '../failures.ts';
import { Listeners } from '../listeners.ts';

/** What the server says of paths, asked for when a tree first shows them, many at a time. */
export class Descriptions {
  readonly #call: Call;
  readonly #known = new Map<string, Outcome<ModelSummary>>();
  readonly #fresh = new Set<string>();
  readonly #wanted = new Set<string>();
  readonly #changed = new Listeners<readonly string[]>();
  #controller = new AbortController();

  constructor(call: Call) {
    this.#call = call;
  }

  /** Tells the paths of which something is known now. */
  readonly onDidChange = this.#changed.on;

  /** What is known of a path, maybe of old; undefined while it is first asked for. */
  of(path: string): Outcome<ModelSummary> | undefined {
    if (!this.#fresh.has(path)) this.#want(path);
    return this.#known.get(path);
  }

  /** Files have changed: what is known is shown until the server has answered anew. */
  outdate(): void {
    this.#controller.abort();
    this.#controller = new AbortController();
    this.#fresh.clear();
    this.#wanted.clear();
  }

  dispose(): void {
    this.#controller.abort();
  }

  /** A tree asks for its rows one after another: they go to the server together. */
  #want(path: string): void {
    if (this.#wanted.size === 0) setTimeout(() => void this.#ask(), 0);
    this.#wanted.add(path);
  }

  async #ask(): Promise<void> {
    const paths = [...this.#wanted];
    const { signal } = this.#controller;
    this.#wanted.clear();
    if (paths.length === 0) return;
    const outcomes = await this.#outcomes(paths, signal);
    if (signal.aborted) return;
    for (const [index, path] of paths.entries()) {
      const outcome = outcomes[index];
      if (outcome !== undefined) this.#known.set(path, outcome);
      this.#fresh.add(path);
    }
    this.#changed.tell(paths);
  }

  async #outcomes(paths: readonly string[], signal: AbortSignal): Promise<readonly Outcome<ModelSummary>[]> {
    try {
      return await this.#call('models/describe', { paths }, { signal });
    } catch (error) {
      const failure = failureOf(error, signal);
      return paths.map(() => failed(failure));
    }
  }
}

function failed(failure: Failure): Outcome<never> {
  return { ok: false, failure };
}
