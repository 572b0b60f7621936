import { t } from '../strings.ts';
import type { Run } from './run.ts';

/** What a screen reader says of the work: its beginning, its quarters and its end, not every step. */
export function announcement({ phase, isStale, plan, rows, done, total }: Run): string {
  switch (phase) {
    case 'working': {
      if (plan === undefined) return t('Opening');
      const quarter = total > 0 ? Math.floor((4 * done) / total) : 0;
      return quarter === 0
        ? t('Reading {0} tensors', plan.tensors.length)
        : t('{0} percent read', 25 * quarter);
    }
    case 'done':
      return isStale ? t('Changed on disk') : t('Finished: {0} tensors', rows.size);
    case 'cancelled':
      return t('Cancelled, {0} tensors kept', rows.size);
    case 'failed':
      return ''; // The note is an alert, and says it.
  }
}
