import type { ToPanel } from '#protocol/panel.ts';
import type { OpenedModel } from '#protocol/viewer.ts';
import { useCallback, useEffect, useMemo, useState } from 'preact/hooks';
import type { Bridge } from '../bridge.ts';
import { Announcer } from '../components/Announcer.tsx';
import { FailureNote } from '../components/FailureNote.tsx';
import { ProgressBar } from '../components/ProgressBar.tsx';
import { WarningNotes } from '../components/WarningNotes.tsx';
import { t } from '../strings.ts';
import { type Answer, useRequest } from '../useRequest.ts';
import { Card } from './Card.tsx';
import { ModelPage } from './ModelPage.tsx';
import { TensorList } from './TensorList.tsx';
import { TensorPage } from './TensorPage.tsx';
import { usePageKeys } from './usePageKeys.ts';
import type { ChangeState, ViewState } from './viewState.ts';

interface Props {
  readonly bridge: Bridge;
  readonly restored: ViewState;
  readonly onState: (state: ViewState) => void;
  /** Hands on every message of the extension's, until the function that it returns is called. */
  readonly subscribe: (listener: (message: ToPanel) => void) => () => void;
}

/** The model viewer. Headers are read again by themselves when files change; what takes longer is asked for. */
export function ModelView({ bridge, restored, onState, subscribe }: Props) {
  const [state, setState] = useState(restored);
  const [version, setVersion] = useState(0);
  const change = useCallback<ChangeState>((part) => setState((before) => ({ ...before, ...part })), []);
  const answer = useRequest(bridge, 'models/open', { path: state.path }, version);
  useEffect(() => onState(state), [state, onState]);
  useEffect(
    () =>
      subscribe((message) => {
        if (message.kind === 'stale') setVersion((before) => before + 1);
        if (message.kind === 'showTensor') change({ selected: message.name, filter: '' });
      }),
    [subscribe, change],
  );
  usePageKeys(state, change);
  const { value: model, failure } = answer;
  const openLog = () => bridge.tell({ kind: 'action', action: 'openLog' });
  return (
    <main class={failure === undefined ? 'viewer' : 'viewer stale'}>
      <Card model={model} path={state.path} />
      <ProgressBar share={answer.phase === 'working' ? null : undefined} />
      {failure && <FailureNote failure={failure} onOpenLog={openLog} onTryAgain={answer.start} />}
      {model === undefined && answer.phase === 'working' && <div class="viewer-columns hatched" />}
      {model && <Content {...{ bridge, model, state, change, version }} />}
      <Announcer text={announced(answer)} />
    </main>
  );
}

interface ContentProps {
  readonly bridge: Bridge;
  readonly model: OpenedModel;
  readonly state: ViewState;
  readonly change: ChangeState;
  readonly version: number;
}

function Content({ bridge, model, state, change, version }: ContentProps) {
  const rows = useMemo(() => new Map(model.tensors.names.map((name, index) => [name, index])), [model]);
  const index = state.selected === undefined ? undefined : rows.get(state.selected);
  const onCopy = (text: string) => bridge.tell({ kind: 'copy', text });
  const shared = { bridge, model, state, change, version, onCopy };
  return (
    <>
      <WarningNotes warnings={model.warnings ?? []} />
      <div class="viewer-columns">
        <TensorList model={model} state={state} change={change} onCopy={onCopy} />
        <section class="pane" aria-label={index === undefined ? t('Model') : t('Tensor')}>
          {index === undefined ? (
            <ModelPage model={model} state={state} change={change} onCopy={onCopy} />
          ) : (
            <TensorPage key={state.selected} {...shared} index={index} />
          )}
        </section>
      </div>
    </>
  );
}

function announced({ phase, value }: Answer<'models/open'>): string {
  if (phase === 'working') return t('Opening');
  if (phase === 'done') return t('Opened: {0} tensors', value?.tensors.names.length ?? 0);
  return ''; // The note is an alert, and says it.
}
