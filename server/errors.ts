import { cancelled, type Failure, type FailureCode, RequestFailure } from '#protocol/failure.ts';

interface Details extends ErrorOptions {
  readonly tensor?: string;
  /** Line and column in a text file, from 1, which the message gives as `path:line:column`. */
  readonly place?: readonly [line: number, column: number];
}

/**
 * A failure we foresaw: it has a code, names its subject, and its message is fit to show.
 * `subject` is an absolute path where there is a file or folder; the message begins with it.
 */
export class ServerError extends Error {
  override readonly name = 'ServerError';
  readonly code: FailureCode;
  readonly subject: string;
  readonly tensor: string | undefined;

  constructor(
    code: FailureCode,
    subject: string,
    problem: string,
    { tensor, place, ...options }: Details = {},
  ) {
    super(`${[subject, ...(place ?? [])].join(':')}: ${problem}`, options);
    this.code = code;
    this.subject = subject;
    this.tensor = tensor;
  }
}

/** The one place where a thrown value becomes data. Unforeseen errors keep their detail out of the UI. */
export function toFailure(error: unknown, signal?: AbortSignal): Failure {
  if (signal?.aborted === true) return cancelled;
  if (error instanceof ServerError) {
    const { code, message, subject, tensor } = error;
    return tensor === undefined ? { code, message, subject } : { code, message, subject, tensor };
  }
  if (error instanceof RequestFailure) return error.failure; // From the work process.
  return {
    code: 'internal',
    message: 'Something went wrong in Weight Steering itself. The log has the details.',
  };
}
