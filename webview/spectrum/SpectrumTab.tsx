import type { Subject } from '#protocol/analysis.ts';
import type { Bridge } from '../bridge.ts';
import { Announcer } from '../components/Announcer.tsx';
import { FailureNote } from '../components/FailureNote.tsx';
import { ProgressBar } from '../components/ProgressBar.tsx';
import { useExport } from '../components/useExport.ts';
import { WarningNotes } from '../components/WarningNotes.tsx';
import { announcement } from '../layers/announcement.ts';
import { paceOf } from '../layers/pace.ts';
import { RunStatus } from '../layers/RunStatus.tsx';
import { t } from '../strings.ts';
import { Choices } from './Choices.tsx';
import { Directions } from './Directions.tsx';
import { spectrumCsv } from './csv.ts';
import { toDrawing } from './drawing/drawing.ts';
import { spectrumCaption } from './drawing/spectrumCaption.ts';
import { type ExportKind, filesOf } from './exporting.ts';
import { joinedRun } from './joinedRun.ts';
import { seriesOf } from './series.ts';
import { SpectrumContent } from './SpectrumContent.tsx';
import type { Analyses } from './useAnalyses.ts';
import type { ViewState } from './viewState.ts';

export interface TabProps {
  readonly bridge: Bridge;
  readonly subjects: readonly Subject[];
  /** Of the subjects. */
  readonly names: readonly string[];
  readonly state: ViewState;
  readonly change: (part: Partial<ViewState>) => void;
}

interface Props extends TabProps {
  readonly analyses: Analyses;
  /** Asks for the spectra of dense matrices too; absent where they have been asked for. */
  readonly onDense: (() => void) | undefined;
}

/** Singular values: how concentrated a direction is. */
export function SpectrumTab({ bridge, names, state, change, analyses, onDense }: Props) {
  const { runs, start, cancel } = analyses;
  const run = joinedRun(runs);
  const directions = runs.map((each, index) => ({ run: each, name: names[index] ?? '' }));
  const series = seriesOf(directions, state.choice);
  const isShown = state.tab === 'spectrum';
  const picture = { title: names.join(', '), series, choice: state.choice, axis: state.axis };
  const saving = useExport(bridge, (kind: ExportKind) =>
    filesOf('spectrum', kind, {
      csv: () => spectrumCsv(series),
      draw: (frame) => toDrawing({ ...frame, ...picture }),
      caption: () => spectrumCaption(picture),
    }),
  );
  const openLog = () => bridge.tell({ kind: 'action', action: 'openLog' });
  const failures = runs.flatMap(({ failure }) => failure ?? []);
  const isEmpty = run.phase === 'done' && run.plan?.tensors.length === 0;
  return (
    <div
      class={run.isStale ? 'spectrum-tab stale' : 'spectrum-tab'}
      id="page-spectrum"
      role="tabpanel"
      aria-labelledby="tab-spectrum"
      hidden={!isShown}
    >
      <div class="header-line">
        <Choices directions={directions} state={state} change={change} />
        <RunStatus run={run} onStart={start} onCancel={cancel} />
      </div>
      <ProgressBar share={run.phase === 'working' ? paceOf(run).share : undefined} />
      <Directions bridge={bridge} names={names} />
      {failures.map((failure) => (
        <FailureNote key={failure.message} failure={failure} onOpenLog={openLog} onTryAgain={start} />
      ))}
      {saving.failure && (
        <FailureNote failure={saving.failure} onOpenLog={openLog} onTryAgain={saving.again} />
      )}
      {isEmpty && <p class="empty">{t('The direction is zero: no tensor differs.')}</p>}
      {isShown && series.length > 0 && (
        <SpectrumContent
          series={series}
          state={state}
          change={change}
          onDense={onDense}
          onExport={saving.start}
        />
      )}
      {run.phase === 'done' && !isEmpty && series.length === 0 && (
        <p class="empty">{t('The direction has no such tensor. Choose others above.')}</p>
      )}
      <WarningNotes warnings={run.warnings} />
      <Announcer text={isShown ? announcement(run) : ''} />
    </div>
  );
}
