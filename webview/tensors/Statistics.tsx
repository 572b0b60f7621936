import type { WorkProgress } from '#protocol/requests.ts';
import { useState } from 'preact/hooks';
import { Announcer } from '../components/Announcer.tsx';
import { Button } from '../components/controls.ts';
import { FailureNote } from '../components/FailureNote.tsx';
import { ProgressBar } from '../components/ProgressBar.tsx';
import { bytes } from '#protocol/figures.ts';
import { duration } from '../numbers.ts';
import { t } from '../strings.ts';
import { type Answer, useRequest } from '../useRequest.ts';
import { ByteCounts } from './ByteCounts.tsx';
import { FactList } from './FactList.tsx';
import { HistogramFigure } from './HistogramFigure.tsx';
import { NormsFigure } from './NormsFigure.tsx';
import { statisticFacts } from './statisticFacts.ts';
import type { TensorPageProps } from './TensorPage.tsx';

/** What reading all of a tensor tells. It begins by itself; after a change of the file it waits to be asked. */
export function Statistics(props: TensorPageProps & { readonly name: string }) {
  const { bridge, model, name, version } = props;
  const [asked, setAsked] = useState(version);
  const answer = useRequest(bridge, 'tensor/statistics', { path: model.path, name }, asked);
  const isStale = asked !== version;
  const again = () => (isStale ? setAsked(version) : answer.start());
  const openLog = () => bridge.tell({ kind: 'action', action: 'openLog' });
  return (
    <section class={isStale ? 'statistics stale' : 'statistics'} aria-label={t('Statistics')}>
      <div class="section-head">
        <h3>{isPartial(answer) ? t('Values so far') : t('Values')}</h3>
        <Status answer={answer} isStale={isStale} onAgain={again} />
      </div>
      <ProgressBar share={answer.phase === 'working' ? shareOf(answer.progress) : undefined} />
      {answer.failure && <FailureNote failure={answer.failure} onOpenLog={openLog} onTryAgain={again} />}
      <Numbers {...props} answer={answer} />
      <Announcer text={answer.phase === 'done' ? t('Statistics are here') : ''} />
    </section>
  );
}

function Numbers(props: TensorPageProps & { readonly answer: Answer<'tensor/statistics'> }) {
  const { answer, state, change } = props;
  const { value } = answer;
  const soFar = isPartial(answer) ? answer.progress?.soFar : undefined;
  const values = soFar ?? value?.values ?? null;
  if (value === undefined && soFar === undefined && answer.phase !== 'working') return null;
  if (value?.unknown != null) {
    return (
      <>
        <p>{value.unknown}</p>
        {value.byteCounts && <ByteCounts counts={value.byteCounts} isTable={state.isTable} />}
      </>
    );
  }
  return (
    <>
      <FactList facts={statisticFacts(values)} />
      <HistogramFigure values={values} state={state} change={change} />
      {(value === undefined || soFar || values?.rows) && (
        <NormsFigure title={t('Row norms')} axis={values?.rows ?? null} isTable={state.isTable} />
      )}
      {(value === undefined || soFar || values?.columns) && (
        <NormsFigure title={t('Column norms')} axis={values?.columns ?? null} isTable={state.isTable} />
      )}
    </>
  );
}

/** Whether what is shown is of what was read so far: of a tensor that was never read to its end. */
function isPartial({ phase, value, progress }: Answer<'tensor/statistics'>): boolean {
  return phase !== 'done' && value === undefined && progress?.soFar !== undefined;
}

interface StatusProps {
  readonly answer: Answer<'tensor/statistics'>;
  readonly isStale: boolean;
  readonly onAgain: () => void;
}

function Status({ answer, isStale, onAgain }: StatusProps) {
  if (answer.phase === 'working') {
    return (
      <span class="run-status">
        <span class="quiet">{paceText(answer)}</span>
        <Button appearance="icon" icon="close" label={t('Cancel')} onClick={answer.cancel} />
      </span>
    );
  }
  if (isStale) {
    return (
      <Button icon="refresh" onClick={onAgain}>
        {t('Changed on disk: recompute')}
      </Button>
    );
  }
  if (answer.phase !== 'cancelled') return null;
  return (
    <span class="run-status">
      <span class="quiet">{t('Cancelled')}</span>
      <Button appearance="icon" icon="refresh" label={t('Recompute')} onClick={onAgain} />
    </span>
  );
}

function shareOf(progress: WorkProgress | undefined): number | null {
  return progress === undefined || progress.total === 0 ? null : progress.done / progress.total;
}

function paceText({ progress, elapsed }: Answer<'tensor/statistics'>): string {
  const share = shareOf(progress);
  if (progress === undefined || share === null) return t('Reading …');
  const parts = [`${Math.floor(100 * share)} %`];
  if (elapsed > 500 && progress.done > 0) {
    const rate = (1000 * progress.done) / elapsed;
    parts.push(`${bytes(rate)}/s`, t('{0} left', duration((progress.total - progress.done) / rate)));
  }
  return parts.join('  ');
}
