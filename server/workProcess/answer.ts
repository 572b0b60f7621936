import type { Outcome } from '#protocol/failure.ts';
import type { FromWork, ToWork, WorkMethod, WorkRequest } from '#protocol/work.ts';
import { toFailure } from '../errors.ts';
import type { WorkHandlers } from './handlers.ts';

/** Answers requests until their channel is gone: each has one reply, a cancelled one too. */
export function answerWith(
  handlers: WorkHandlers,
  send: (message: FromWork) => void,
): (message: ToWork) => void {
  const running = new Map<number, AbortController>();
  const answer = async <M extends WorkMethod>(request: WorkRequest<M>) => {
    const controller = new AbortController();
    running.set(request.id, controller);
    const outcome = await outcomeOf(request, { handlers, send, signal: controller.signal });
    running.delete(request.id);
    send({ kind: 'reply', id: request.id, outcome });
  };
  return (message) => {
    if (message.kind === 'cancel') running.get(message.id)?.abort();
    else void answer(message);
  };
}

interface Answering {
  readonly handlers: WorkHandlers;
  readonly send: (message: FromWork) => void;
  readonly signal: AbortSignal;
}

async function outcomeOf<M extends WorkMethod>(
  { id, method, params, settings }: WorkRequest<M>,
  { handlers, send, signal }: Answering,
): Promise<Outcome<unknown>> {
  try {
    const handler: WorkHandlers[M] = handlers[method];
    const report = (progress: unknown) => send({ kind: 'progress', id, progress });
    return { ok: true, value: await handler(params, { signal, settings, report }) };
  } catch (error) {
    const failure = toFailure(error, signal);
    if (failure.code === 'internal') send({ kind: 'log', text: stackOf(error) });
    return { ok: false, failure };
  }
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
