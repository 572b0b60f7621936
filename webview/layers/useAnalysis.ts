import { type Failure, RequestFailure } from '#protocol/failure.ts';
import type { Subject } from '#protocol/analysis.ts';
import { useCallback, useEffect, useReducer, useRef } from 'preact/hooks';
import type { Bridge } from '../bridge.ts';
import { notStarted, type Run, type RunEvent, step } from './run.ts';

export interface Analysis {
  readonly run: Run;
  /** Anew; what is under way is given up. */
  readonly start: () => void;
  readonly cancel: () => void;
}

/** Asks for the analysis of a subject, and follows it. `subscribe` tells of changed files. */
export function useAnalysis(
  bridge: Bridge,
  subject: Subject,
  subscribe: (onStale: () => void) => () => void,
): Analysis {
  const [run, dispatch] = useReducer<Run, RunEvent>(step, notStarted);
  const current = useRef<AbortController | undefined>(undefined);
  const start = useCallback(() => {
    current.current?.abort();
    const controller = new AbortController();
    current.current = controller;
    void analyze(bridge, subject, controller.signal, (event) => {
      // What an earlier start still has to say is no longer of interest.
      if (current.current === controller) dispatch(event);
    });
  }, [bridge, subject]);
  const cancel = useCallback(() => current.current?.abort(), []);
  useEffect(() => {
    start();
    return cancel;
  }, [start, cancel]);
  useEffect(() => subscribe(() => dispatch({ kind: 'stale', now: performance.now() })), [subscribe]);
  return { run, start, cancel };
}

async function analyze(
  bridge: Bridge,
  subject: Subject,
  signal: AbortSignal,
  dispatch: (event: RunEvent) => void,
): Promise<void> {
  dispatch({ kind: 'start', now: performance.now() });
  try {
    const result = await bridge.request(
      'direction/analyze',
      { subject },
      {
        signal,
        onProgress: (progress) => dispatch({ kind: 'progress', progress, now: performance.now() }),
      },
    );
    dispatch({ kind: 'finish', result, now: performance.now() });
  } catch (error) {
    dispatch({ kind: 'fail', failure: failureOf(error), now: performance.now() });
  }
}

function failureOf(error: unknown): Failure {
  if (error instanceof RequestFailure) return error.failure;
  return { code: 'internal', message: String(error) };
}
