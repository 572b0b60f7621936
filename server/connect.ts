import type { Failure } from '#protocol/failure.ts';
import type { Method, Params, Progress, Result } from '#protocol/requests.ts';
import {
  type CancellationToken,
  type Connection,
  LSPErrorCodes,
  type ProgressToken,
  ProgressType,
  ResponseError,
} from 'vscode-languageserver/node';
import { signalFrom } from './abort.ts';
import { toFailure } from './errors.ts';

export interface RequestContext<M extends Method> {
  readonly signal: AbortSignal;
  readonly report: (progress: Progress<M>) => void;
}

export type Handler<M extends Method> = (params: Params<M>, context: RequestContext<M>) => Promise<Result<M>>;

/** Mapped over the protocol, so that a missing or misspelt handler does not compile. */
export type Handlers = { readonly [M in Method]: Handler<M> };

interface Wire<M extends Method> {
  readonly params: Params<M>;
  readonly progressToken?: ProgressToken;
}

const progressType = new ProgressType<object>();

/** Answers every method of the table; what a handler throws reaches the client as a ResponseError with a `Failure`. */
export function connect(connection: Connection, handlers: Handlers): void {
  for (const method of keysOf(handlers)) answer<Method>(connection, method, handlers[method]);
}

function answer<M extends Method>(connection: Connection, method: M, handler: Handlers[M]): void {
  connection.onRequest<object, Failure>(method, async (wire: Wire<M>, token: CancellationToken) => {
    const { params, progressToken } = wire;
    using abort = signalFrom(token);
    const report = (progress: Progress<M>) => {
      if (progressToken !== undefined) void connection.sendProgress(progressType, progressToken, progress);
    };
    try {
      return await handler(params, { signal: abort.signal, report });
    } catch (error) {
      const failure = toFailure(error, abort.signal);
      if (failure.code === 'internal') connection.console.error(stackOf(error));
      return new ResponseError(lspCode(failure), failure.message, failure);
    }
  });
}

function lspCode(failure: Failure): number {
  return failure.code === 'cancelled' ? LSPErrorCodes.RequestCancelled : LSPErrorCodes.RequestFailed;
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

function keysOf<T extends object>(object: T): (keyof T & string)[] {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Called only with exact object literals.
  return Object.keys(object) as (keyof T & string)[];
}
