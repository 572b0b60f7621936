import type { LayerSelection } from '#protocol/panel.ts';
import type { SimilarityParams, SimilarityResult } from '#protocol/similarity.ts';
import { useEffect, useMemo, useState } from 'preact/hooks';
import type { Bridge } from '../bridge.ts';
import { Announcer } from '../components/Announcer.tsx';
import { FailureNote } from '../components/FailureNote.tsx';
import { Footer } from '../components/Footer.tsx';
import { useExport } from '../components/useExport.ts';
import { usePageKeys } from '../components/usePageKeys.ts';
import { WarningNotes } from '../components/WarningNotes.tsx';
import { t } from '../strings.ts';
import { announcement } from './asked.ts';
import { type Board, emptyBoard, isSamePair, toBoard } from './board.ts';
import { exportChoices, type ExportKind, exported } from './exporting.ts';
import { Header } from './Header.tsx';
import { Legend } from './Legend.tsx';
import { Matrix } from './Matrix.tsx';
import { PairPane } from './PairPane.tsx';
import { PairsTable } from './PairsTable.tsx';
import type { SliceChoice } from './slices.ts';
import { useSimilarity } from './useSimilarity.ts';
import type { ViewState } from './viewState.ts';

interface Props {
  readonly bridge: Bridge;
  readonly params: SimilarityParams;
  /** Of the subjects, until the server has named them. */
  readonly names: readonly string[];
  readonly title: string;
  readonly restored: ViewState;
  readonly onState: (state: ViewState) => void;
  /** Tells of files that have changed, until the function that it returns is called. */
  readonly subscribe: (onStale: () => void) => () => void;
}

/** The Similarity panel. */
export function SimilarityView({ bridge, params, names, title, restored, onState, subscribe }: Props) {
  const asked = useSimilarity(bridge, params, subscribe);
  const [state, setState] = useState(restored);
  const change = (part: Partial<ViewState>) => setState((before) => ({ ...before, ...part }));
  useEffect(() => onState({ ...state, params }), [state, params, onState]);
  const back = stepBack(state);
  usePageKeys({
    isTable: state.isTable,
    onTable: () => change({ isTable: !state.isTable }),
    onBack: back && (() => change(back)),
    picture: '.matrix-frame',
  });
  const { phase, value, failure } = asked.answer;
  const saving = useExport(bridge, (kind: ExportKind) => exportedOf(kind, title, state, value));
  const act = (action: 'openLog' | 'chooseControls') => () => bridge.tell({ kind: 'action', action });
  const isOld = asked.isStale || (phase !== 'done' && value !== undefined);
  const isAlone = params.subjects.length < 2 && params.controls === undefined;
  return (
    <main class={isOld ? 'similarity stale' : 'similarity'}>
      <Header
        title={title}
        asked={asked}
        state={state}
        change={change}
        onChooseControls={act('chooseControls')}
      />
      {failure && <FailureNote failure={failure} onOpenLog={act('openLog')} onTryAgain={asked.start} />}
      {saving.failure && (
        <FailureNote failure={saving.failure} onOpenLog={act('openLog')} onTryAgain={saving.again} />
      )}
      {isAlone && <p class="empty">{t('There is one subject, and nothing to compare it with.')}</p>}
      {!isAlone && (value !== undefined || phase !== 'failed') && (
        <Content
          result={value}
          names={names}
          controls={params.controls}
          state={state}
          change={change}
          onExport={saving.start}
          onLayers={(subject) =>
            bridge.tell({ kind: 'showLayersOf', subject, selection: selectionOf(state.slice) })
          }
        />
      )}
      <Announcer text={announcement(asked)} />
    </main>
  );
}

interface ContentProps {
  readonly result: SimilarityResult | undefined;
  readonly names: readonly string[];
  /** Paths. */
  readonly controls: readonly string[] | undefined;
  readonly state: ViewState;
  readonly change: (part: Partial<ViewState>) => void;
  readonly onExport: (kind: ExportKind) => void;
  readonly onLayers: (subject: number) => void;
}

function Content({ result, names, controls, state, change, onExport, onLayers }: ContentProps) {
  const { slice, order, selected, isTable } = state;
  const board = useMemo(
    () =>
      result === undefined ? emptyBoard(names, controls?.map(fileName) ?? []) : toBoard(result, slice, order),
    [result, names, controls, slice, order],
  );
  return (
    <>
      {isTable && result !== undefined ? (
        <PairsTable result={result} slice={slice} />
      ) : (
        <div class="picture picture-columns">
          <div>
            <Matrix
              board={board}
              selected={selected}
              onSelect={(place) => change({ selected: place })}
              isKnown={result !== undefined}
            />
            <Legend board={board} isKnown={result !== undefined} />
          </div>
          <PairPane result={result} slice={slice} field={fieldAt(board, state)} onLayers={onLayers} />
        </div>
      )}
      <WarningNotes warnings={result?.warnings ?? []} />
      {result !== undefined && (
        <Footer
          isTable={isTable}
          onTable={() => change({ isTable: !isTable })}
          exports={exportChoices()}
          onExport={onExport}
        />
      )}
    </>
  );
}

/** In Layers, the part of the model that the matrix is about. */
function selectionOf(slice: SliceChoice): LayerSelection {
  return slice.kind === 'module' ? { modules: [slice.module] } : {};
}

function fileName(path: string): string {
  return path.split(/[\\/]/).at(-1) ?? path;
}

function fieldAt({ rows }: Board, { selected }: ViewState) {
  return rows.flat().find(({ place }) => isSamePair(place, selected));
}

function stepBack({ isTable, selected }: ViewState): Partial<ViewState> | undefined {
  if (isTable) return { isTable: false };
  return selected === undefined ? undefined : { selected: undefined };
}

async function exportedOf(
  kind: ExportKind,
  title: string,
  { slice, order: by }: ViewState,
  result: SimilarityResult | undefined,
) {
  if (result === undefined) throw new Error(t('nothing is known yet'));
  const { order } = toBoard(result, slice, by);
  return await exported(kind, { title, result, slice, order });
}
