import { ApiError } from './apiError.ts';

/** More would wait longer than their clients do. */
const mostWaiting = 256;

/** Work that is done one after another, in the order in which it comes. */
export class Queue {
  #last: Promise<unknown> = Promise.resolve();
  readonly #waiting = new Set<AbortSignal>();

  /** 429 where too many wait; work whose signal is aborted before its turn is not begun. */
  async run<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
    if (this.#waiting.size >= mostWaiting)
      throw new ApiError(429, `${mostWaiting} requests are waiting already.`, {
        code: 'rate_limit_exceeded',
      });
    this.#waiting.add(signal);
    // Who has gone waits no more.
    const leave = () => this.#waiting.delete(signal);
    signal.addEventListener('abort', leave, { once: true });
    const done = this.#last.then(() => {
      leave();
      signal.removeEventListener('abort', leave);
      signal.throwIfAborted();
      return work();
    });
    this.#last = done.catch(() => {});
    return await done;
  }

  /** When everything has ended. */
  async idle(): Promise<void> {
    await this.#last;
  }
}
