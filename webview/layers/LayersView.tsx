import type { Subject } from '#protocol/analysis.ts';
import type { TensorAnalysis } from '#protocol/results.ts';
import { useEffect, useMemo, useState } from 'preact/hooks';
import type { Bridge } from '../bridge.ts';
import { Announcer } from '../components/Announcer.tsx';
import { FailureNote } from '../components/FailureNote.tsx';
import { usePageKeys } from '../components/usePageKeys.ts';
import { Footer } from '../components/Footer.tsx';
import { useExport } from '../components/useExport.ts';
import { WarningNotes } from '../components/WarningNotes.tsx';
import { type CellActions, cellActions } from './cellActions.ts';
import { announcement } from './announcement.ts';
import { ContrastLines } from './ContrastLines.tsx';
import { Empty } from './Empty.tsx';
import { exportChoices } from './exportChoices.ts';
import { exported, type ExportKind } from './exporting.ts';
import { Header } from './Header.tsx';
import { LayersTable } from './LayersTable.tsx';
import { Picture } from './Picture.tsx';
import { isEmpty, type Run } from './run.ts';
import type { Scene } from './scene.ts';
import { stepBack } from './stepBack.ts';
import { useAnalysis } from './useAnalysis.ts';
import { type Listen, useSaid } from './useSaid.ts';
import { useScene } from './useScene.ts';
import type { ViewState } from './viewState.ts';

interface Props {
  readonly bridge: Bridge;
  readonly subject: Subject;
  readonly title: string;
  readonly restored: ViewState;
  readonly onState: (state: ViewState) => void;
  /** Tells of files that have changed, until the function that it returns is called. */
  readonly subscribe: (onStale: () => void) => () => void;
  /** Tells of what VS Code says besides, likewise. */
  readonly listen: Listen;
}

/** The Layers panel. */
export function LayersView({ bridge, subject, title, restored, onState, subscribe, listen }: Props) {
  const { run, start, cancel } = useAnalysis(bridge, subject, subscribe);
  const [state, setState] = useState(restored);
  const change = (part: Partial<ViewState>) => setState((before) => ({ ...before, ...part }));
  useEffect(() => onState(state), [state, onState]);
  const back = stepBack(state);
  usePageKeys({
    isTable: state.isTable,
    onTable: () => change({ isTable: !state.isTable }),
    onBack: back && (() => change(back)),
    picture: '.heatmap',
  });
  const scene = useScene(run, state);
  const said = useSaid(listen, run, change);
  const actions = useMemo(() => cellActions(bridge, subject), [bridge, subject]);
  const saving = useExport(bridge, (kind: ExportKind) =>
    exported(kind, { ...scene, title }, finishedRows(run)),
  );
  const act = (action: 'openLog' | 'showSubject') => () => bridge.tell({ kind: 'action', action });
  return (
    <main class={run.isStale ? 'layers stale' : 'layers'}>
      <Header
        title={title}
        run={run}
        overview={scene.overview}
        metric={scene.numbers.metric}
        onMetric={(metric) => change({ metric })}
        onStart={start}
        onCancel={cancel}
      />
      {run.failure && <FailureNote failure={run.failure} onOpenLog={act('openLog')} onTryAgain={start} />}
      {saving.failure && (
        <FailureNote failure={saving.failure} onOpenLog={act('openLog')} onTryAgain={saving.again} />
      )}
      {isEmpty(run) && <Empty isRecipe={subject.kind === 'recipe'} onShow={act('showSubject')} />}
      {run.plan !== undefined && !isEmpty(run) && (
        <Content
          scene={scene}
          run={run}
          state={state}
          change={change}
          actions={actions}
          said={said}
          onExport={saving.start}
        />
      )}
      <Announcer text={announcement(run)} />
    </main>
  );
}

interface ContentProps {
  readonly scene: Scene;
  readonly run: Run;
  readonly state: ViewState;
  readonly change: (part: Partial<ViewState>) => void;
  readonly actions: CellActions;
  readonly said: string | undefined;
  readonly onExport: (kind: ExportKind) => void;
}

function Content({ scene, run, state, change, actions, said, onExport }: ContentProps) {
  return (
    <>
      {state.isTable ? (
        <LayersTable tensors={scene.tensors} numbers={scene.numbers} onCopy={actions.copy} />
      ) : (
        <Picture
          scene={scene}
          state={state}
          change={change}
          tensors={run.plan?.tensors ?? []}
          actions={actions}
          said={said}
        />
      )}
      <WarningNotes warnings={run.warnings} />
      <Footer
        isTable={state.isTable}
        onTable={() => change({ isTable: !state.isTable })}
        exports={exportChoices()}
        onExport={onExport}
      />
      {run.result && <ContrastLines {...run.result} />}
    </>
  );
}

/** In the order of the model. */
function finishedRows({ plan, rows }: Run): readonly TensorAnalysis[] {
  return plan?.tensors.flatMap(({ name }) => rows.get(name) ?? []) ?? [];
}
