import { useEffect, useRef } from 'preact/hooks';

/** So long has a slider to rest. */
const restMilliseconds = 200;

/** Runs the newest of what it was given, once nothing has called for it for a while. */
export function useSettled(act: () => unknown): () => void {
  const newest = useRef(act);
  newest.current = act;
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  return () => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => newest.current(), restMilliseconds);
  };
}
