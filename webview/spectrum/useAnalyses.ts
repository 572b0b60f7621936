import type { Subject } from '#protocol/analysis.ts';
import { type Failure, RequestFailure } from '#protocol/failure.ts';
import { useCallback, useEffect, useReducer, useRef } from 'preact/hooks';
import type { Bridge } from '../bridge.ts';
import { notStarted, type Run, type RunEvent, step } from '../layers/run.ts';

export interface Analyses {
  /** In the order of the subjects. */
  readonly runs: readonly Run[];
  /** Those of all subjects anew; what is under way is given up. */
  readonly start: () => void;
  readonly cancel: () => void;
}

interface Event {
  /** Of the subject. */
  readonly key: string;
  readonly event: RunEvent;
  readonly now: number;
}

type Runs = ReadonlyMap<string, Run>;

/**
 * Asks for the analysis of each subject, once, and follows all of them. A subject that comes is asked for, one that goes
 * is given up, the others stay. `spectra` asks for those of dense matrices too. `subscribe` tells of changed files.
 */
export function useAnalyses(
  bridge: Bridge,
  subjects: readonly Subject[],
  spectra: boolean,
  subscribe: (onStale: () => void) => () => void,
): Analyses {
  const [runs, dispatch] = useReducer<Runs, Event>(stepOne, new Map());
  const asked = useRef(new Map<string, AbortController>());
  const keys = subjects.map((subject) => JSON.stringify(subject));
  const ask = useCallback(
    (subject: Subject) => {
      const key = JSON.stringify(subject);
      asked.current.get(key)?.abort();
      const controller = new AbortController();
      asked.current.set(key, controller);
      void analyze(bridge, { subject, spectra, signal: controller.signal }, (event) => {
        // What an earlier start still has to say is no longer of interest.
        if (asked.current.get(key) === controller) dispatch({ key, event, now: performance.now() });
      });
    },
    [bridge, spectra],
  );
  const cancel = useCallback(() => {
    for (const controller of asked.current.values()) controller.abort();
  }, []);
  const forgetting = useCallback((kept: readonly string[]) => {
    for (const [key, controller] of asked.current) {
      if (kept.includes(key)) continue;
      controller.abort();
      asked.current.delete(key);
    }
  }, []);
  // With other wishes all are asked anew.
  useEffect(() => () => forgetting([]), [ask, forgetting]);
  useEffect(() => {
    forgetting(keys);
    for (const subject of subjects) if (!asked.current.has(JSON.stringify(subject))) ask(subject);
    // The keys stand for the subjects.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [keys.join(), ask, forgetting]);
  useEffect(
    () =>
      subscribe(() => {
        for (const key of asked.current.keys())
          dispatch({ key, event: { kind: 'stale' }, now: performance.now() });
      }),
    [subscribe],
  );
  return {
    runs: keys.map((key) => runs.get(key) ?? notStarted),
    start: () => subjects.forEach(ask),
    cancel,
  };
}

function stepOne(runs: Runs, { key, event, now }: Event): Runs {
  return new Map([...runs, [key, step(runs.get(key) ?? notStarted, { event, now })]]);
}

interface Question {
  readonly subject: Subject;
  readonly spectra: boolean;
  readonly signal: AbortSignal;
}

async function analyze(
  bridge: Bridge,
  { subject, spectra, signal }: Question,
  tell: (event: RunEvent) => void,
): Promise<void> {
  tell({ kind: 'start' });
  try {
    const onProgress = (progress: Extract<RunEvent, { kind: 'progress' }>['progress']) =>
      tell({ kind: 'progress', progress });
    const params = spectra ? { subject, spectra } : { subject };
    const result = await bridge.request('direction/analyze', params, { signal, onProgress });
    tell({ kind: 'finish', result });
  } catch (error) {
    tell({ kind: 'fail', failure: failureOf(error) });
  }
}

function failureOf(error: unknown): Failure {
  if (error instanceof RequestFailure) return error.failure;
  return { code: 'internal', message: String(error) };
}
