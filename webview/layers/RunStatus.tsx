import { bytes, grouped } from '#protocol/figures.ts';
import { Icon } from '../components/Icon.tsx';
import { WorkStatus } from '../components/WorkStatus.tsx';
import { duration } from '../numbers.ts';
import { t } from '../strings.ts';
import { type Pace, paceOf } from './pace.ts';
import type { Run } from './run.ts';

interface Props {
  readonly run: Run;
  readonly onStart: () => void;
  readonly onCancel: () => void;
}

/** How far the analysis has come. */
export function RunStatus({ run, onStart, onCancel }: Props) {
  const isWorking = run.phase === 'working';
  const text = isWorking ? workingText(run, paceOf(run)) : endText(run);
  return (
    <WorkStatus isWorking={isWorking} isStale={run.isStale} text={text} onStart={onStart} onCancel={onCancel}>
      {run.phase === 'done' && run.warnings.length > 0 && <WarningsLink count={run.warnings.length} />}
    </WorkStatus>
  );
}

function WarningsLink({ count }: { readonly count: number }) {
  return (
    <button type="button" class="link warnings-link" onClick={goToWarnings}>
      <Icon name="warning" />
      {count === 1 ? t('1 warning') : t('{0} warnings', count)}
    </button>
  );
}

function goToWarnings(): void {
  const list = document.getElementById('warnings');
  list?.scrollIntoView({ block: 'nearest' });
  list?.focus();
}

function workingText({ plan }: Run, { share, bytesPerSecond, secondsLeft }: Pace): string {
  if (plan === undefined) return t('Opening …');
  if (share === null) return t('Reading …');
  const parts = [`${Math.floor(100 * share)} %`];
  if (bytesPerSecond !== null) parts.push(`${bytes(bytesPerSecond)}/s`);
  if (secondsLeft !== null && share < 1) parts.push(t('{0} left', duration(secondsLeft)));
  return parts.join('  ');
}

function endText({ phase, rows, plan, done, total }: Run): string {
  const count = plan?.tensors.length ?? 0;
  if (phase === 'done') return count === 1 ? t('1 tensor') : t('{0} tensors', grouped(count));
  const share = total > 0 ? Math.floor((100 * done) / total) : 0;
  if (phase === 'cancelled') {
    return rows.size === 0
      ? t('Cancelled')
      : t('Cancelled at {0} %: {1} of {2} tensors', share, rows.size, count);
  }
  return rows.size === 0 ? '' : t('{0} of {1} tensors', grouped(rows.size), grouped(count));
}
