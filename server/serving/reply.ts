import type { ServerResponse } from 'node:http';
import { toApiError } from './apiError.ts';

/** An answer: one JSON value, or a stream of them as server-sent events. */
export class Reply {
  readonly #response: ServerResponse;

  constructor(response: ServerResponse) {
    this.#response = response;
  }

  json(value: object, status = 200, headers: Readonly<Record<string, string>> = {}): void {
    this.#response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers });
    this.#response.end(`${JSON.stringify(value)}\n`);
  }

  /** The stream begins with the first event, so that what is refused before has its status. */
  event(value: object | '[DONE]'): void {
    if (!this.#response.headersSent) {
      const type = 'text/event-stream; charset=utf-8';
      this.#response.writeHead(200, { 'content-type': type, 'cache-control': 'no-store' });
    }
    this.#response.write(`data: ${value === '[DONE]' ? value : JSON.stringify(value)}\n\n`);
  }

  /** The end of a stream. */
  end(): void {
    this.event('[DONE]');
    this.#response.end();
  }

  /** In a stream that has begun, an event of its own. */
  fail(error: unknown): void {
    const failure = toApiError(error);
    if (this.#response.headersSent) {
      this.event(failure.body);
      this.#response.end();
    } else this.json(failure.body, failure.status, failure.details.headers);
  }
}
