import type { SimilarityParams } from '#protocol/similarity.ts';
import { useEffect, useState } from 'preact/hooks';
import type { Bridge } from '../bridge.ts';
import { useRequest } from '../useRequest.ts';
import type { Asked } from './asked.ts';

/** Asks how alike the subjects are, and again when they are held against others. `subscribe` tells of changed files. */
export function useSimilarity(
  bridge: Bridge,
  params: SimilarityParams,
  subscribe: (onStale: () => void) => () => void,
): Asked {
  const answer = useRequest(bridge, 'directions/similarity', params);
  const [isStale, setStale] = useState(false);
  useEffect(() => subscribe(() => setStale(true)), [subscribe]);
  // What is being read now is what is there now.
  useEffect(() => {
    if (answer.phase === 'working') setStale(false);
  }, [answer.phase]);
  return { answer, isStale, start: answer.start };
}
