import { WorkStatus } from '../components/WorkStatus.tsx';
import { duration } from '../numbers.ts';
import { t } from '../strings.ts';
import { type Asked, shareOf } from './asked.ts';

/** How far the question has come. */
export function AskedStatus({ asked: { answer, isStale, start } }: { readonly asked: Asked }) {
  const isWorking = answer.phase === 'working';
  const text = isWorking ? workingText(answer) : endText(answer);
  return <WorkStatus {...{ isWorking, isStale, text }} onStart={start} onCancel={answer.cancel} />;
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
