import type { Params, Progress, Result } from '#protocol/requests.ts';
import type { ServerSettings } from '#protocol/settings.ts';
import type { WorkMethod } from '#protocol/work.ts';
import { ForkedWork, type ForkedWorkOptions } from './forkedWork.ts';

export interface WorkClientOptions extends ForkedWorkOptions {
  /** After so long with nothing to do the process ends, and its memory is free. Default: five minutes. */
  readonly idleMilliseconds?: number;
}

export interface WorkCall<M extends WorkMethod> {
  readonly signal: AbortSignal;
  readonly settings: ServerSettings;
  readonly report: (progress: Progress<M>) => void;
}

/** The work process as the server sees it: there when it is asked for something, and again after it has crashed. */
export class WorkClient implements Disposable {
  readonly #options: WorkClientOptions;
  #process: ForkedWork | undefined;
  #idle: NodeJS.Timeout | undefined;

  constructor(options: WorkClientOptions) {
    this.#options = options;
  }

  /** `worker-crashed` where the process ends before it has answered. */
  async call<M extends WorkMethod>(
    method: M,
    params: Params<M>,
    { signal, settings, report }: WorkCall<M>,
  ): Promise<Result<M>> {
    signal.throwIfAborted();
    clearTimeout(this.#idle);
    if (this.#process === undefined || this.#process.ended) this.#process = new ForkedWork(this.#options);
    const asked = this.#process;
    try {
      return await asked.request({ method, params, settings }, { signal, report });
    } finally {
      if (asked === this.#process && asked.pending === 0) this.#waitAWhile();
    }
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#idle);
    this.#process?.end();
  }

  #waitAWhile(): void {
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => this.#process?.end(), this.#options.idleMilliseconds ?? 300_000);
    this.#idle.unref();
  }
}
