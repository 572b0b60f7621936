import { Button } from '../components/controls.ts';
import { duration } from '../numbers.ts';
import { t } from '../strings.ts';
import { type Asked, shareOf } from './asked.ts';

/** One place for whatever is to be said of the work, and for what can be done about it. */
export function AskedStatus({ asked: { answer, isStale, start } }: { readonly asked: Asked }) {
  if (answer.phase === 'working') {
    return (
      <div class="run-status">
        <span class="quiet">{workingText(answer)}</span>
        <Button appearance="icon" icon="close" label={t('Cancel')} onClick={answer.cancel} />
      </div>
    );
  }
  if (isStale) {
    return (
      <div class="run-status">
        <Button icon="refresh" onClick={start}>
          {t('Changed on disk: recompute')}
        </Button>
      </div>
    );
  }
  return (
    <div class="run-status">
      <span class="quiet">{endText(answer)}</span>
      <Button appearance="icon" icon="refresh" label={t('Recompute')} onClick={start} />
    </div>
  );
}

/** Earlier, a rate is noise. */
const earliestMilliseconds = 500;

function workingText({ progress, elapsed }: Asked['answer']): string {
  const share = shareOf(progress);
  if (share === null) return t('Opening …');
  const percent = `${Math.floor(100 * share)} %`;
  if (share === 0 || share === 1 || elapsed < earliestMilliseconds) return percent;
  const seconds = ((1 - share) / share) * (elapsed / 1000);
  return `${percent}  ${t('{0} left', duration(seconds))}`;
}

function endText({ phase, value, progress }: Asked['answer']): string {
  if (phase === 'failed') return '';
  const share = shareOf(progress);
  if (phase === 'cancelled')
    return share === null ? t('Cancelled') : t('Cancelled at {0} %', Math.floor(100 * share));
  const count = value?.names.length ?? 0;
  return count === 1 ? t('1 subject') : t('{0} subjects', count);
}
