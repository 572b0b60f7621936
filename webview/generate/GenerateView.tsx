import type { Subject } from '#protocol/analysis.ts';
import type { GenerationSubject } from '#protocol/generation.ts';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Bridge } from '../bridge.ts';
import { Announcer } from '../components/Announcer.tsx';
import { FailureNote } from '../components/FailureNote.tsx';
import { ProgressBar } from '../components/ProgressBar.tsx';
import { WarningNotes } from '../components/WarningNotes.tsx';
import { t } from '../strings.ts';
import { useRequest } from '../useRequest.ts';
import { announcement } from './announcement.ts';
import { askingOf } from './asking.ts';
import { Columns } from './Columns.tsx';
import { PromptFields } from './PromptFields.tsx';
import { isWorking, RunLine } from './RunLine.tsx';
import { useReopened } from './useReopened.ts';
import { useSettled } from './useSettled.ts';
import { useTexts } from './useTexts.ts';
import { type Column, fitted, type ViewState } from './viewState.ts';

interface Props {
  readonly bridge: Bridge;
  readonly subject: Subject;
  readonly title: string;
  readonly restored: ViewState;
  readonly onState: (state: ViewState) => void;
  /** Tells of files that have changed, until the function that it returns is called. */
  readonly subscribe: (onStale: () => void) => () => void;
}

/** The Generate panel. */
export function GenerateView({ bridge, subject, title, restored, onState, subscribe }: Props) {
  const opened = useRequest(bridge, 'generation/open', { subject });
  const [state, setState] = useState(restored);
  const [isStale, setStale] = useState(false);
  useEffect(() => subscribe(() => setStale(true)), [subscribe]);
  useEffect(() => onState(state), [state, onState]);
  const writing = useTexts(bridge);
  const { run } = writing;
  const known = opened.value;
  const columns = fitted(state.columns, known?.directions.length ?? 1);
  const asking = known && askingOf(state, known);
  const change = (part: Partial<ViewState>) => setState((before) => ({ ...before, ...part }));
  const generate = (anew: boolean) => {
    if (asking === undefined) return false;
    settled.forget();
    setStale(false);
    writing.start(asking, columns, anew);
    return true;
  };
  // A slider that is still moving does not ask; the texts follow once it rests.
  const settled = useSettled(() => run.phase !== 'idle' && !isStale && generate(false));
  const changeColumns = (changed: readonly Column[]) => {
    change({ columns: changed });
    settled.touch();
  };
  const again = useReopened(opened, () => {
    if (generate(true)) return;
    // Where nothing was written, nothing is old any more.
    if (run.phase === 'idle') setStale(false);
    focusPrompt();
  });
  const openLog = () => bridge.tell({ kind: 'action', action: 'openLog' });
  const press = () => {
    if (isStale) again();
    else if (!generate(run.phase === 'done')) focusPrompt();
  };
  useGenerateKeys(press, isWorking(run) ? writing.stop : undefined);
  return (
    <main class={isStale ? 'generate stale' : 'generate'}>
      <header>
        <div class="header-line">
          <h1 title={title}>{title}</h1>
          <RunLine run={run} isStale={isStale} onStop={writing.stop} onAnew={again} />
        </div>
        <ProgressBar share={isWorking(run) || opened.phase === 'working' ? null : undefined} />
        <p class="quiet">{known === undefined ? '' : aboutText(known, subject)}</p>
      </header>
      {opened.failure && (
        <FailureNote failure={opened.failure} onOpenLog={openLog} onTryAgain={opened.start} />
      )}
      {(known !== undefined || opened.phase !== 'failed') && (
        <PromptFields
          state={state}
          chat={known?.chat ?? 'with-system'}
          chatProblem={known?.chatProblem}
          change={change}
          onGenerate={press}
        />
      )}
      {run.failure && (
        <FailureNote
          failure={run.failure}
          onOpenLog={openLog}
          onTryAgain={() => (isStale ? again() : generate(false))}
        />
      )}
      {known !== undefined && (
        <Columns
          bridge={bridge}
          subject={subject}
          directions={known.directions}
          columns={columns}
          asking={asking}
          texts={writing.texts}
          isStale={isStale}
          onColumns={changeColumns}
        />
      )}
      <WarningNotes warnings={run.result?.warnings ?? known?.warnings ?? []} />
      <Announcer text={announcement(run, known?.directions ?? [])} />
    </main>
  );
}

function focusPrompt(): void {
  document.querySelector<HTMLElement>('.prompt-main')?.focus();
}

function aboutText({ target, directions, strengths }: GenerationSubject, { kind }: Subject): string {
  if (directions.length === 0) return t('{0} as it is; nothing moves.', target);
  const names = directions.map(({ name }) => name).join(', ');
  if (kind !== 'recipe') return t('{0} along {1}.', target, names);
  const recipes = strengths.length > 0 ? strengths.join(', ').replaceAll('-', '−') : '';
  return t('{0} along {1}; the recipe has k = {2}.', target, names, recipes);
}

/** Ctrl+Enter generates, wherever the focus is; Escape stops what is under way. */
function useGenerateKeys(generate: () => void, stop: (() => void) | undefined): void {
  const newest = useRef({ generate, stop });
  newest.current = { generate, stop };
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const isGenerate = event.key === 'Enter' && (event.ctrlKey || event.metaKey);
      const otherwise = event.key === 'Escape' ? newest.current.stop : undefined;
      const act = isGenerate ? newest.current.generate : otherwise;
      if (act === undefined) return;
      event.preventDefault();
      act();
    };
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  }, []);
}
