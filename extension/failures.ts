import { cancelled, type Failure, RequestFailure } from '#protocol/failure.ts';
import { l10n } from 'vscode';

/** What was thrown, as data. An abort is never taken for a failure; what nobody foresaw keeps its detail for the log. */
export function failureOf(error: unknown, signal?: AbortSignal): Failure {
  if (error instanceof RequestFailure) return error.failure;
  if (signal?.aborted === true || isAbort(error)) return cancelled;
  return {
    code: 'internal',
    message: l10n.t('Something went wrong in Weight Steering. The log has details.'),
  };
}

/** Ends a command that the user has left: never shown. */
export function leave(): never {
  throw new RequestFailure(cancelled);
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}
