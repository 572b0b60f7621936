import { useEffect, useState } from 'preact/hooks';
import type { Answer } from '../useRequest.ts';

/** Asks anew what the panel is about, and then acts: a recipe that has changed may have other directions. */
export function useReopened(
  { phase, start }: Pick<Answer<'generation/open'>, 'phase' | 'start'>,
  act: () => void,
): () => void {
  const [isAsked, setAsked] = useState(false);
  useEffect(() => {
    if (!isAsked || phase === 'working') return;
    setAsked(false);
    if (phase === 'done') act();
  });
  return () => {
    setAsked(true);
    start();
  };
}
