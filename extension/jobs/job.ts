import type { Failure } from '#protocol/failure.ts';
import type { WorkProgress } from '#protocol/requests.ts';
import type { WriteResult } from '#protocol/results.ts';

export interface JobRequest {
  /** The recipe's absolute path. */
  readonly recipe: string;
  /** In place of what exists. */
  readonly force: boolean;
}

export interface Job {
  readonly id: number;
  readonly request: JobRequest;
  readonly state: JobState;
}

export type JobState =
  /** Asked for; another job is being done, or nothing has been read yet. */
  | { readonly kind: 'waiting' }
  | { readonly kind: 'running'; readonly progress: WorkProgress }
  /** Told to stop, and not stopped yet. */
  | { readonly kind: 'cancelling' }
  | { readonly kind: 'done'; readonly result: WriteResult }
  | { readonly kind: 'failed'; readonly failure: Failure }
  | { readonly kind: 'cancelled' };

export type JobEvent =
  | { readonly kind: 'progress'; readonly progress: WorkProgress }
  | { readonly kind: 'cancel' }
  | { readonly kind: 'done'; readonly result: WriteResult }
  | { readonly kind: 'failed'; readonly failure: Failure };

/** What becomes of a job; one that has ended stays as it is, and one being cancelled may still get done. */
export function step(state: JobState, event: JobEvent): JobState {
  if (hasEnded(state)) return state;
  switch (event.kind) {
    case 'progress':
      return state.kind === 'cancelling' ? state : { kind: 'running', progress: event.progress };
    case 'cancel':
      return { kind: 'cancelling' };
    case 'done':
      return { kind: 'done', result: event.result };
    case 'failed':
      return event.failure.code === 'cancelled'
        ? { kind: 'cancelled' }
        : { kind: 'failed', failure: event.failure };
  }
}

export function hasEnded({ kind }: JobState): boolean {
  return kind === 'done' || kind === 'failed' || kind === 'cancelled';
}

/** How far jobs are together, 0 … 1; null before any of them knows. */
export function shareDone(jobs: readonly Job[]): number | null {
  const known = jobs.flatMap(({ state }) => (state.kind === 'running' ? [state.progress] : []));
  const total = known.reduce((sum, progress) => sum + progress.total, 0);
  const done = known.reduce((sum, progress) => sum + progress.done, 0);
  return total === 0 ? null : done / total;
}
