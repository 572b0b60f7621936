import { cancelled, type Outcome, RequestFailure } from '#protocol/failure.ts';
import type { FromPanel, PanelMethod, ToPanel } from '#protocol/panel.ts';
import type { Params, Progress, Result } from '#protocol/requests.ts';

/** The part of `acquireVsCodeApi()` used here, small enough for a test to be the host. */
export interface MessageHost {
  postMessage(message: FromPanel): void;
}

interface RequestOptions<M extends PanelMethod> {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress<M>) => void;
}

interface Pending {
  progress(value: unknown): void;
  settle(outcome: Outcome<unknown>): void;
}

/** The webview's only way out: requests go in, promises come back, and nothing else posts messages. */
export class Bridge {
  readonly #pending = new Map<number, Pending>();
  readonly #host: MessageHost;
  #lastId = 0;

  constructor(host: MessageHost) {
    this.#host = host;
  }

  request<M extends PanelMethod>(
    method: M,
    params: Params<M>,
    { signal, onProgress }: RequestOptions<M> = {},
  ): Promise<Result<M>> {
    if (signal?.aborted) return Promise.reject(new RequestFailure(cancelled));
    const id = ++this.#lastId;
    const cancel = () => this.#host.postMessage({ kind: 'cancel', id });
    return new Promise<Result<M>>((resolve, reject) => {
      /* oxlint-disable typescript/no-unsafe-type-assertion -- The id ties a message to the request that fixed M. */
      this.#pending.set(id, {
        progress: (value) => onProgress?.(value as Progress<M>),
        settle: (outcome) =>
          outcome.ok ? resolve(outcome.value as Result<M>) : reject(new RequestFailure(outcome.failure)),
      });
      /* oxlint-enable typescript/no-unsafe-type-assertion */
      signal?.addEventListener('abort', cancel, { once: true });
      this.#host.postMessage({ kind: 'request', id, method, params });
    }).finally(() => signal?.removeEventListener('abort', cancel));
  }

  /** Tells the host what needs no answer. */
  tell(message: Exclude<FromPanel, { kind: 'request' | 'cancel' }>): void {
    this.#host.postMessage(message);
  }

  receive(message: ToPanel): void {
    switch (message.kind) {
      case 'show':
      case 'showModel':
      case 'showSimilarity':
      case 'showSpectrum':
      case 'showTensor':
      case 'select':
      case 'restricted':
      case 'stale':
        return;
      case 'progress':
        this.#pending.get(message.id)?.progress(message.progress);
        return;
      case 'reply':
        this.#pending.get(message.id)?.settle(message.outcome);
        this.#pending.delete(message.id);
    }
  }
}
