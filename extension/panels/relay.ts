import { cancelled, type Failure, type Outcome, RequestFailure } from '#protocol/failure.ts';
import {
  type FromPanel,
  type PanelMethod,
  panelMethods,
  type PanelRequest,
  type ToPanel,
} from '#protocol/panel.ts';
import type { Call } from '../call.ts';

/** Passes one panel's requests on to the server and the answers back. Disposed with its panel. */
export class Relay implements Disposable {
  readonly #running = new Map<number, AbortController>();
  readonly #call: Call;
  readonly #post: (message: ToPanel) => void;
  readonly #onBug: (error: unknown) => void;

  /** `onBug` hears what is not a foreseen failure; the panel is only told that there was something. */
  constructor(call: Call, post: (message: ToPanel) => void, onBug: (error: unknown) => void) {
    this.#call = call;
    this.#post = post;
    this.#onBug = onBug;
  }

  async receive(message: FromPanel): Promise<void> {
    switch (message.kind) {
      case 'ready':
        // The page is new: nobody waits any more for what an earlier one asked.
        this[Symbol.dispose]();
        return;
      case 'cancel':
        this.#running.get(message.id)?.abort();
        return;
      case 'request':
        await this.#answer(message);
        return;
      case 'action':
      case 'copy':
      case 'openSpectrum':
      case 'openTensor':
      case 'showTensorIn':
      case 'restrict':
      case 'showLayersOf':
      case 'removeDirection':
      case 'save':
      case 'writeStrengths':
    }
  }

  [Symbol.dispose](): void {
    for (const controller of this.#running.values()) controller.abort();
    this.#running.clear();
  }

  async #answer<M extends PanelMethod>({ id, method, params }: PanelRequest<M>): Promise<void> {
    const controller = new AbortController();
    this.#running.set(id, controller);
    const outcome = await this.#outcome({ id, method, params }, controller.signal);
    // Otherwise the page that asked has gone, and a new one may use the id again.
    if (this.#running.get(id) !== controller) return;
    this.#running.delete(id);
    this.#post({ kind: 'reply', id, outcome });
  }

  async #outcome<M extends PanelMethod>(
    { id, method, params }: Omit<PanelRequest<M>, 'kind'>,
    signal: AbortSignal,
  ): Promise<Outcome<unknown>> {
    if (!panelMethods.includes(method)) return failed({ code: 'internal', message: `Refused ${method}.` });
    try {
      const value = await this.#call(method, params, {
        signal,
        onProgress: (progress) => {
          if (!signal.aborted) this.#post({ kind: 'progress', id, progress });
        },
      });
      return { ok: true, value };
    } catch (error) {
      return failed(this.#failureOf(error, signal));
    }
  }

  #failureOf(error: unknown, signal: AbortSignal): Failure {
    if (signal.aborted) return cancelled;
    if (error instanceof RequestFailure) return error.failure;
    this.#onBug(error);
    return { code: 'internal', message: 'Something went wrong. See the log for details.' };
  }
}

function failed(failure: Failure): Outcome<never> {
  return { ok: false, failure };
}
