import type { Subject } from '#protocol/analysis.ts';
import { useEffect, useMemo, useState } from 'preact/hooks';
import type { Bridge } from '../bridge.ts';
import { Announcer } from '../components/Announcer.tsx';
import { Button } from '../components/controls.ts';
import { FailureNote } from '../components/FailureNote.tsx';
import { WarningNotes } from '../components/WarningNotes.tsx';
import { t } from '../strings.ts';
import { announcement } from './announcement.ts';
import { exported, type ExportKind } from './exporting.ts';
import { FactsPane } from './FactsPane.tsx';
import { Footer } from './Footer.tsx';
import { cellsOf } from './grid.ts';
import { Header } from './Header.tsx';
import { Heatmap } from './Heatmap.tsx';
import { LayerBars } from './LayerBars.tsx';
import { LayersTable } from './LayersTable.tsx';
import { Legend } from './Legend.tsx';
import { RangeLine } from './RangeLine.tsx';
import { toScene } from './scene.ts';
import { useAnalysis } from './useAnalysis.ts';
import { usePageKeys } from './usePageKeys.ts';
import type { ViewState } from './viewState.ts';

interface Props {
  readonly bridge: Bridge;
  readonly subject: Subject;
  readonly title: string;
  readonly restored: ViewState;
  readonly onState: (state: ViewState) => void;
  readonly subscribe: (onStale: () => void) => () => void;
}

/** The Layers panel. */
export function LayersView({ bridge, subject, title, restored, onState, subscribe }: Props) {
  const { run, start, cancel } = useAnalysis(bridge, subject, subscribe);
  const [state, setState] = useState(restored);
  const change = (part: Partial<ViewState>) => setState((before) => ({ ...before, ...part }));
  useEffect(() => onState(state), [state, onState]);
  const scene = useMemo(() => toScene(run.plan, run.rows, state), [run.plan, run.rows, state]);
  const { grid, numbers, scale, range, stacks, overview } = scene;
  const cells = useMemo(() => new Map(cellsOf(grid).map((cell) => [cell.key, cell])), [grid]);
  usePageKeys(state, change);
  const copy = (text: string) => bridge.tell({ kind: 'copy', text });
  const save = async (kind: ExportKind) => {
    const tensors = (run.plan?.tensors ?? [])
      .map(({ name }) => run.rows.get(name))
      .filter((row) => row !== undefined);
    bridge.tell({ kind: 'save', ...(await exported(kind, { title, grid, numbers, scale }, tensors)) });
  };
  const isEmpty = run.phase === 'done' && run.plan?.tensors.length === 0;
  return (
    <main class={run.isStale ? 'layers stale' : 'layers'}>
      <Header
        title={title}
        run={run}
        overview={overview}
        metric={numbers.metric}
        onMetric={(metric) => change({ metric })}
        onStart={start}
        onCancel={cancel}
      />
      {run.failure && (
        <FailureNote
          failure={run.failure}
          onOpenLog={() => bridge.tell({ kind: 'action', action: 'openLog' })}
          onTryAgain={start}
        />
      )}
      {isEmpty && (
        <Empty subject={subject} onShow={() => bridge.tell({ kind: 'action', action: 'showSubject' })} />
      )}
      {run.plan !== undefined && !isEmpty && (
        <>
          {state.isTable ? (
            <LayersTable tensors={scene.tensors} numbers={numbers} onCopy={copy} />
          ) : (
            <div class="picture">
              {stacks.length > 0 && (
                <>
                  <LayerBars
                    stacks={stacks}
                    metric={numbers.metric}
                    range={state.range}
                    onRange={(range) => change({ range })}
                  />
                  <RangeLine
                    grid={grid}
                    stacks={stacks}
                    numbers={numbers}
                    range={state.range}
                    onRange={() => change({ range: undefined })}
                  />
                </>
              )}
              <div class="picture-columns">
                <Heatmap
                  grid={grid}
                  numbers={numbers}
                  scale={scale}
                  range={range}
                  selected={state.selected}
                  pinned={state.pinned}
                  onSelect={(selected) => change({ selected })}
                  onPin={(key) => change({ pinned: state.pinned === key ? undefined : key })}
                />
                <FactsPane
                  selected={cells.get(state.selected ?? '')}
                  pinned={cells.get(state.pinned ?? '')}
                  numbers={numbers}
                  onUnpin={() => change({ pinned: undefined })}
                  onCopy={copy}
                />
              </div>
              <Legend
                scale={scale}
                numbers={numbers}
                hasHatched={scene.hasHatched}
                hasBlank={scene.hasBlank}
              />
            </div>
          )}
          <WarningNotes warnings={run.warnings} />
          <Footer
            isTable={state.isTable}
            onTable={() => change({ isTable: !state.isTable })}
            onExport={(kind) => void save(kind)}
          />
        </>
      )}
      <Announcer text={announcement(run)} />
    </main>
  );
}

function Empty({ subject, onShow }: { readonly subject: Subject; readonly onShow: () => void }) {
  const isRecipe = subject.kind === 'recipe';
  return (
    <div class="empty">
      <p>
        {isRecipe
          ? t('The direction is zero: no tensor that the recipe selects differs.')
          : t('The direction is zero: no tensor differs.')}
      </p>
      <Button appearance="primary" onClick={onShow}>
        {isRecipe ? t('Show in recipe') : t('Show in Explorer')}
      </Button>
    </div>
  );
}
