import type { SimilarityProgress } from '#protocol/similarity.ts';
import { t } from '../strings.ts';
import type { Answer } from '../useRequest.ts';

/** How far the question has come, and whether what it was about has changed since. */
export interface Asked {
  readonly answer: Answer<'directions/similarity'>;
  readonly isStale: boolean;
  /** Anew. */
  readonly start: () => void;
}

/** 0 … 1; null before anything is known. */
export function shareOf(progress: SimilarityProgress | undefined): number | null {
  if (progress?.kind !== 'state' || progress.total === 0) return null;
  return Math.min(1, progress.done / progress.total);
}

/** What a screen reader says of the work: its beginning, its quarters and its end, not every step. */
export function announcement({ answer, isStale }: Asked): string {
  switch (answer.phase) {
    case 'working': {
      const quarter = Math.floor(4 * (shareOf(answer.progress) ?? 0));
      return quarter === 0 ? t('Opening') : t('{0} percent read', 25 * quarter);
    }
    case 'done':
      if (isStale) return t('Changed on disk');
      return t('Finished: {0} subjects', answer.value?.names.length ?? 0);
    case 'cancelled':
      return t('Cancelled');
    case 'failed':
      return ''; // The note is an alert, and says it.
  }
}
