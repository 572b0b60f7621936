import { t } from '../strings.ts';

/** A thin line; `share` is 0 … 1, null while nothing is known, undefined when there is nothing to wait for. */
export function ProgressBar({ share }: { readonly share: number | null | undefined }) {
  if (share === undefined) return <div class="progress" />;
  const percent = share === null ? undefined : Math.round(100 * share);
  return (
    <div
      class="progress"
      role="progressbar"
      aria-label={t('Reading')}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
    >
      <div
        class={share === null ? 'progress-bit progress-unknown' : 'progress-bit'}
        style={{ width: share === null ? undefined : `${100 * share}%` }}
      />
    </div>
  );
}
