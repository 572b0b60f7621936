import type { ShowSpectrum } from '#protocol/panel.ts';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Bridge } from '../bridge.ts';
import { usePageKeys } from '../components/usePageKeys.ts';
import type { Run } from '../layers/run.ts';
import { choiceOf } from './choice.ts';
import { SpectrumTab } from './SpectrumTab.tsx';
import { Tabs } from './Tabs.tsx';
import { useAnalyses } from './useAnalyses.ts';
import type { ViewState } from './viewState.ts';
import { VocabularyTab } from './VocabularyTab.tsx';

interface Props {
  readonly bridge: Bridge;
  /** What the extension has asked for last. */
  readonly shown: Pick<ShowSpectrum, 'subjects' | 'names' | 'tensor'>;
  readonly restored: ViewState;
  readonly onState: (state: ViewState) => void;
  /** Tells of files that have changed, until the function that it returns is called. */
  readonly subscribe: (onStale: () => void) => () => void;
}

/** The Spectrum panel: singular values, and what they say in tokens. */
export function SpectrumView({ bridge, shown, restored, onState, subscribe }: Props) {
  const { subjects, names } = shown;
  const [state, setState] = useState(restored);
  const change = (part: Partial<ViewState>) => setState((before) => ({ ...before, ...part }));
  const [isDense, setDense] = useState(false);
  const analyses = useAnalyses(bridge, subjects, isDense, subscribe);
  useEffect(() => onState({ ...state, subjects }), [state, subjects, onState]);
  useAskedTensor(shown, analyses.runs[0], change);
  usePageKeys({
    isTable: state.isTable,
    onTable: () => change({ isTable: !state.isTable }),
    onBack: state.isTable ? () => change({ isTable: false }) : undefined,
    picture: state.tab === 'spectrum' ? '.plots' : '#page-vocabulary',
  });
  const isRead = useEver(state.tab === 'vocabulary');
  const shared = { bridge, subjects, names, state, change };
  return (
    <main class="spectrum-page">
      <div class="header-line">
        <h1 title={names[0]}>{names[0]}</h1>
        <Tabs tab={state.tab} onTab={(tab) => change({ tab })} />
      </div>
      <SpectrumTab {...shared} analyses={analyses} onDense={isDense ? undefined : () => setDense(true)} />
      {isRead && <VocabularyTab {...shared} subscribe={subscribe} />}
    </main>
  );
}

/** Turns to the tensor that was asked for, once it is known where it is. */
function useAskedTensor(
  shown: Props['shown'],
  run: Run | undefined,
  change: (part: Partial<ViewState>) => void,
): void {
  const done = useRef<Props['shown']>(undefined);
  const plan = run?.plan;
  useEffect(() => {
    if (shown.tensor === undefined || plan === undefined || done.current === shown) return;
    done.current = shown;
    const place = plan.tensors.find(({ name }) => name === shown.tensor);
    if (place !== undefined) change({ choice: choiceOf(place), tab: 'spectrum', isTable: false });
  });
}

/** Whether it has been so: what was asked for once stays. */
function useEver(is: boolean): boolean {
  const was = useRef(false);
  was.current ||= is;
  return was.current;
}
