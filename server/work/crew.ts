import type { Failure } from '#protocol/failure.ts';
import { ServerError } from '../errors.ts';
import type { Statistics } from './job.ts';
import { Stopped } from './station.ts';
import type { FromThread, OpenFiles, Task } from './tasks.ts';

/** Who does the tasks: I/O threads, or this thread itself. */
export interface Crew extends AsyncDisposable {
  /** Tasks that may be under way at once, so that nobody waits for the next one. */
  readonly capacity: number;
  /** The files that tasks from now on are about. */
  open(files: OpenFiles): void;
  /** Rejects with a `ServerError`, or with `Stopped` after the stop flag was raised. */
  run(task: Task): Promise<Statistics>;
}

/** A thread's answer as a value or as what it threw. */
export function unwrap(reply: FromThread): Statistics {
  switch (reply.kind) {
    case 'done':
      return reply.statistics;
    case 'stopped':
      throw new Stopped();
    case 'failed':
      throw fromFailure(reply.failure, reply.detail);
  }
}

function fromFailure({ code, message, subject, tensor }: Failure, detail: string): Error {
  // A failure without a subject is one that nobody foresaw: it stays an unforeseen error, with the thread's stack.
  if (subject === undefined) return new Error(message, { cause: detail });
  const problem = message.startsWith(`${subject}: `) ? message.slice(subject.length + 2) : message;
  return new ServerError(code, subject, problem, {
    cause: detail,
    ...(tensor === undefined ? {} : { tensor }),
  });
}
