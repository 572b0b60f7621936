import { type Failure, RequestFailure } from '#protocol/failure.ts';
import type { PanelMethod } from '#protocol/panel.ts';
import type { Params, Progress, Result } from '#protocol/requests.ts';
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { Bridge } from './bridge.ts';

/** How far a request has come. While it is asked again the last value stays, so that nothing jumps. */
export interface Answer<M extends PanelMethod> {
  readonly phase: 'working' | 'done' | 'failed' | 'cancelled';
  readonly value: Result<M> | undefined;
  readonly progress: Progress<M> | undefined;
  readonly failure: Failure | undefined;
  /** Milliseconds since the start, when the progress came. */
  readonly elapsed: number;
  /** Anew; what is under way is given up. */
  readonly start: () => void;
  readonly cancel: () => void;
}

type State<M extends PanelMethod> = Omit<Answer<M>, 'start' | 'cancel'>;

/** Asks at once, and again whenever the parameters or the version are others. */
export function useRequest<M extends PanelMethod>(
  bridge: Bridge,
  method: M,
  params: Params<M>,
  version = 0,
): Answer<M> {
  const [state, setState] = useState<State<M>>(nothing);
  const current = useRef<AbortController | undefined>(undefined);
  const key = JSON.stringify(params);
  const start = useCallback(() => {
    current.current?.abort();
    const controller = new AbortController();
    current.current = controller;
    const startedAt = performance.now();
    setState(({ value }) => ({ ...nothing, value }));
    const tell = (part: Partial<State<M>>) => {
      // What an earlier start still has to say is no longer of interest.
      if (current.current === controller) setState((before) => ({ ...before, ...part }));
    };
    const onProgress = (progress: Progress<M>) => tell({ progress, elapsed: performance.now() - startedAt });
    bridge.request(method, params, { signal: controller.signal, onProgress }).then(
      (value) => tell({ phase: 'done', value }),
      (error: unknown) => tell(ending(error)),
    );
    // The key stands for the parameters.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [bridge, method, key, version]);
  const cancel = useCallback(() => current.current?.abort(), []);
  useEffect(() => {
    start();
    return () => {
      current.current?.abort();
      current.current = undefined;
    };
  }, [start]);
  return { ...state, start, cancel };
}

const nothing = {
  phase: 'working',
  value: undefined,
  progress: undefined,
  failure: undefined,
  elapsed: 0,
} as const;

function ending(error: unknown): { readonly phase: 'failed' | 'cancelled'; readonly failure?: Failure } {
  if (!(error instanceof RequestFailure))
    return { phase: 'failed', failure: { code: 'internal', message: String(error) } };
  const { failure } = error;
  return failure.code === 'cancelled' ? { phase: 'cancelled' } : { phase: 'failed', failure };
}
