import type { Subject } from '#protocol/analysis.ts';
import { type Failure, RequestFailure } from '#protocol/failure.ts';
import type { GenerationBands } from '#protocol/generation.ts';
import type { TextsProgress } from '#protocol/requests.ts';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Bridge } from '../bridge.ts';

export interface Measured {
  readonly bands?: GenerationBands;
  /** While it is measured. */
  readonly progress?: TextsProgress;
  readonly failure?: Failure;
  readonly start: () => void;
  readonly stop: () => void;
}

/** The mild bands, once somebody asks for them, until the files have changed. */
export function useBands(bridge: Bridge, subject: Subject, isStale: boolean): Measured {
  const [state, setState] = useState<Omit<Measured, 'start' | 'stop'>>({});
  const current = useRef<AbortController | undefined>(undefined);
  useEffect(() => () => current.current?.abort(), []);
  useEffect(() => {
    if (!isStale) return;
    current.current?.abort();
    current.current = undefined;
    setState({});
  }, [isStale]);
  const start = () => {
    const controller = new AbortController();
    current.current = controller;
    setState({ progress: { done: 0, total: 1 } });
    // What an earlier measurement still has to say is of files that have changed.
    const tell = (part: typeof state) => {
      if (current.current === controller) setState(part);
    };
    const onProgress = (progress: TextsProgress) => tell({ progress });
    bridge.request('generation/bands', { subject }, { signal: controller.signal, onProgress }).then(
      (bands) => tell({ bands }),
      (error: unknown) => tell(ending(error)),
    );
  };
  return { ...state, start, stop: () => current.current?.abort() };
}

function ending(error: unknown): { readonly failure?: Failure } {
  if (!(error instanceof RequestFailure)) return { failure: { code: 'internal', message: String(error) } };
  return error.failure.code === 'cancelled' ? {} : { failure: error.failure };
}
