import { useEffect, useRef } from 'preact/hooks';

/** So long has a slider to rest. */
const restMilliseconds = 200;

export interface Settled {
  /** Something has moved. */
  readonly touch: () => void;
  /** What was to be done has been done. */
  readonly forget: () => void;
}

/** Runs the newest of what it was given, once nothing has moved for a while. */
export function useSettled(act: () => unknown): Settled {
  const newest = useRef(act);
  newest.current = act;
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const forget = () => clearTimeout(timer.current);
  const touch = () => {
    forget();
    timer.current = setTimeout(() => newest.current(), restMilliseconds);
  };
  return { touch, forget };
}
