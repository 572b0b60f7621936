import { type Failure, RequestFailure } from '#protocol/failure.ts';
import type { Subject } from '#protocol/analysis.ts';
import { useCallback, useEffect, useReducer, useRef } from 'preact/hooks';
import type { Bridge } from '../bridge.ts';
import { notStarted, type Run, type RunEvent, type Stamped, step } from './run.ts';

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
  const [run, dispatch] = useReducer<Run, Stamped>(step, notStarted);
  const current = useRef<AbortController | undefined>(undefined);
  const start = useCallback(() => {
    current.current?.abort();
    const controller = new AbortController();
    current.current = controller;
    void analyze(bridge, subject, controller.signal, (event) => {
      // What an earlier start still has to say is no longer of interest.
      if (current.current === controller) dispatch(stamped(event));
    });
  }, [bridge, subject]);
  const cancel = useCallback(() => current.current?.abort(), []);
  useEffect(() => {
    start();
    return cancel;
  }, [start, cancel]);
  useEffect(() => subscribe(() => dispatch(stamped({ kind: 'stale' }))), [subscribe]);
  return { run, start, cancel };
}

function stamped(event: RunEvent): Stamped {
  return { event, now: performance.now() };
}

async function analyze(
  bridge: Bridge,
  subject: Subject,
  signal: AbortSignal,
  dispatch: (event: RunEvent) => void,
): Promise<void> {
  dispatch({ kind: 'start' });
  try {
    const result = await bridge.request(
      'direction/analyze',
      { subject },
      {
        signal,
        onProgress: (progress) => dispatch({ kind: 'progress', progress }),
      },
    );
    dispatch({ kind: 'finish', result });
  } catch (error) {
    dispatch({ kind: 'fail', failure: failureOf(error) });
  }
}

function failureOf(error: unknown): Failure {
  if (error instanceof RequestFailure) return error.failure;
  return { code: 'internal', message: String(error) };
}
