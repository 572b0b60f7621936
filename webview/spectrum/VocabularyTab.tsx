import type { VocabularyResult } from '#protocol/vocabulary.ts';
import { useEffect, useState } from 'preact/hooks';
import { Announcer } from '../components/Announcer.tsx';
import { FailureNote } from '../components/FailureNote.tsx';
import { Footer } from '../components/Footer.tsx';
import { ProgressBar } from '../components/ProgressBar.tsx';
import { useExport } from '../components/useExport.ts';
import { WarningNotes } from '../components/WarningNotes.tsx';
import { WorkStatus } from '../components/WorkStatus.tsx';
import { t } from '../strings.ts';
import { type Answer, useRequest } from '../useRequest.ts';
import { Readings } from './Readings.tsx';
import type { TabProps } from './SpectrumTab.tsx';
import { vocabularyCaption } from './drawing/vocabularyCaption.ts';
import { vocabularyDrawing } from './drawing/vocabularyDrawing.ts';
import { exportChoices, type ExportKind, filesOf } from './exporting.ts';
import { vocabularyCsv } from './tokenLines.ts';
import type { ViewState } from './viewState.ts';
import { rowsOfVector, shownRows, vectorsOf } from './vocabulary.ts';
import { VocabularyChoices } from './VocabularyChoices.tsx';
import { VocabularyTable } from './VocabularyTable.tsx';

interface Props extends TabProps {
  readonly subscribe: (onStale: () => void) => () => void;
}

/** What a direction says in tokens, never without the same of a random direction. */
export function VocabularyTab({ bridge, subjects, names, state, change, subscribe }: Props) {
  const read = Math.min(state.read, subjects.length - 1);
  const subject = subjects[read] ?? subjects[0];
  if (subject === undefined) throw new Error('The panel is about nothing.');
  const params = { subject, vectors: state.vectors, seed };
  const answer = useRequest(bridge, 'direction/vocabulary', params);
  const isStale = useStale(answer, subscribe);
  const { value, failure, phase } = answer;
  const saving = useExport(bridge, (kind: ExportKind) =>
    exportedOf(kind, { name: names[read] ?? '', state, value }),
  );
  const openLog = () => bridge.tell({ kind: 'action', action: 'openLog' });
  const isShown = state.tab === 'vocabulary';
  const isOld = isStale || (phase !== 'done' && value !== undefined);
  return (
    <div
      class={isOld ? 'spectrum-tab stale' : 'spectrum-tab'}
      id="page-vocabulary"
      role="tabpanel"
      aria-labelledby="tab-vocabulary"
      hidden={!isShown}
    >
      <div class="header-line">
        <VocabularyChoices
          names={names}
          read={read}
          count={vectorsOf(value?.rows ?? [])}
          state={state}
          change={change}
        />
        <WorkStatus
          isWorking={phase === 'working'}
          isStale={isStale}
          text={statusText(answer)}
          onStart={answer.start}
          onCancel={answer.cancel}
        />
      </div>
      <ProgressBar share={phase === 'working' ? shareOf(answer) : undefined} />
      {failure && <FailureNote failure={failure} onOpenLog={openLog} onTryAgain={answer.start} />}
      {saving.failure && (
        <FailureNote failure={saving.failure} onOpenLog={openLog} onTryAgain={saving.again} />
      )}
      {isShown && value !== undefined && value.rows.length > 0 && (
        <Content value={value} state={state} change={change} onExport={saving.start} />
      )}
      <WarningNotes warnings={value?.warnings ?? []} />
      <Announcer text={isShown ? spoken(answer, isStale) : ''} />
    </div>
  );
}

interface ContentProps {
  readonly value: VocabularyResult;
  readonly state: ViewState;
  readonly change: (part: Partial<ViewState>) => void;
  readonly onExport: (kind: ExportKind) => void;
}

function Content({ value, state, change, onExport }: ContentProps) {
  const rows = rowsOfVector(value.rows, Math.min(state.vector, vectorsOf(value.rows) - 1));
  return (
    <>
      <p class="quiet">
        {t(
          'Read through {0} and {1}. Scores count in standard deviations over all tokens; the sign of a singular vector is arbitrary. A vector that stands for tokens has a kurtosis far above that of the random direction beside it.',
          value.norm,
          value.unembedding,
        )}
      </p>
      {state.isTable ? (
        <VocabularyTable rows={rows} filter={state.filter} />
      ) : (
        <Readings rows={rows} filter={state.filter} />
      )}
      <Footer
        isTable={state.isTable}
        onTable={() => change({ isTable: !state.isTable })}
        exports={exportChoices(t('Save all tokens that were read with all digits'))}
        onExport={onExport}
      />
    </>
  );
}

/** Of the random directions, said in captions; the same as the command line's. */
const seed = 0;

type Reading = Answer<'direction/vocabulary'>;

/** Whether what was read has changed since. */
function useStale({ phase }: Reading, subscribe: Props['subscribe']): boolean {
  const [isStale, setStale] = useState(false);
  useEffect(() => subscribe(() => setStale(true)), [subscribe]);
  // What is being read now is what is there now.
  useEffect(() => {
    if (phase === 'working') setStale(false);
  }, [phase]);
  return isStale;
}

interface Exported {
  readonly name: string;
  readonly state: ViewState;
  readonly value: VocabularyResult | undefined;
}

async function exportedOf(kind: ExportKind, { name, state, value }: Exported) {
  if (value === undefined) throw new Error(t('nothing is known yet'));
  const { rows, top } = shownRows(value.rows, state);
  return await filesOf('vocabulary', kind, {
    csv: () => vocabularyCsv(value.rows),
    draw: (frame) => vocabularyDrawing({ ...frame, title: name, rows, top }),
    caption: () => vocabularyCaption(value, { count: rows.length, filter: state.filter, seed }),
  });
}

function shareOf({ progress }: Reading): number | null {
  if (progress?.kind !== 'state' || progress.total === 0) return null;
  return Math.min(1, progress.done / progress.total);
}

function statusText(answer: Reading): string {
  const share = shareOf(answer);
  switch (answer.phase) {
    case 'working':
      return share === null ? t('Opening …') : `${Math.floor(100 * share)} %`;
    case 'done':
      return t('{0} singular vectors', answer.value?.rows.length ?? 0);
    case 'cancelled':
      return t('Cancelled');
    case 'failed':
      return '';
  }
}

function spoken(answer: Reading, isStale: boolean): string {
  if (answer.phase === 'working') {
    const quarter = Math.floor(4 * (shareOf(answer) ?? 0));
    return quarter === 0 ? t('Opening') : t('{0} percent read', 25 * quarter);
  }
  if (answer.phase === 'done' && isStale) return t('Changed on disk');
  return answer.phase === 'done'
    ? t('Finished: {0} singular vectors', answer.value?.rows.length ?? 0)
    : statusText(answer);
}
