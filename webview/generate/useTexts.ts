import { type Failure, RequestFailure } from '#protocol/failure.ts';
import type { GenerationProgress, GenerationResult } from '#protocol/generation.ts';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Bridge } from '../bridge.ts';
import type { Asking } from './asking.ts';
import { type Texts, withEnd, withoutKey, withToken } from './texts.ts';
import type { Column } from './viewState.ts';

export interface Run {
  readonly phase: 'idle' | 'loading' | 'reading' | 'writing' | 'done' | 'failed' | 'cancelled';
  readonly failure?: Failure;
  /** Of the last run that ended well. */
  readonly result?: GenerationResult;
}

export interface Writing {
  readonly run: Run;
  readonly texts: Texts;
  /** Asks for the columns whose texts are not those of what is asked, or, `anew`, for all. What is under way is given up. */
  readonly start: (asking: Asking, columns: readonly Column[], anew: boolean) => void;
  readonly stop: () => void;
}

/** Texts as they come. */
export function useTexts(bridge: Bridge): Writing {
  const [run, setRun] = useState<Run>({ phase: 'idle' });
  const [texts, setTexts] = useState<Texts>(new Map());
  const latest = useRef(texts);
  const current = useRef<AbortController | undefined>(undefined);
  useEffect(() => () => current.current?.abort(), []);
  const put = (changed: Texts) => {
    latest.current = changed;
    setTexts(changed);
  };
  const start = (asking: Asking, columns: readonly Column[], anew: boolean) => {
    const asked = wanted(asking, columns, anew ? new Map() : latest.current);
    if (asked.length === 0) return;
    current.current?.abort();
    const controller = new AbortController();
    current.current = controller;
    const isCurrent = () => current.current === controller;
    const tell = (part: Run) => {
      if (isCurrent()) setRun(({ result }) => ({ ...(result && { result }), ...part }));
    };
    // What is there stays, as something old, until the first new token.
    for (const { id, isKept } of asked) if (!isKept) put(withoutKey(latest.current, id));
    tell({ phase: 'reading' });
    const onProgress = (progress: GenerationProgress) => {
      if (!isCurrent() || progress.kind === 'plan') return;
      if (progress.kind === 'phase') return tell({ phase: progress.phase });
      const { id, key, isKept } = asked[progress.column] ?? nobody;
      if (isKept) return;
      put(withToken(latest.current, id, key, progress.token));
      tell({ phase: 'writing' });
    };
    const params = { ...asking, columns: asked.map(({ strengths }) => strengths) };
    bridge.request('generation/run', params, { signal: controller.signal, onProgress }).then(
      (result) => {
        if (isCurrent()) put(withEnds(latest.current, asked, result));
        return tell({ phase: 'done', result });
      },
      (error: unknown) => tell(ending(error)),
    );
  };
  return { run, texts, start, stop: () => current.current?.abort() };
}

/** Equal for what gives the same text. */
export function keyOf(asking: Asking, { strengths }: Pick<Column, 'strengths'>): string {
  return JSON.stringify([asking, strengths]);
}

interface Wanted extends Column {
  readonly key: string;
  /** There already, and asked for only because others are held against it. */
  readonly isKept: boolean;
}

const nobody: Wanted = { id: -1, strengths: [], key: '', isKept: true };

/** The base comes first, whatever else is asked for. */
function wanted(asking: Asking, columns: readonly Column[], texts: Texts): readonly Wanted[] {
  const all = columns.map((column) => {
    const key = keyOf(asking, column);
    const text = texts.get(column.id);
    return { ...column, key, isKept: text?.key === key && text.end !== undefined };
  });
  const needed = all.filter(({ isKept }) => !isKept);
  return needed.length === 0 ? [] : all.filter(({ isKept }, at) => at === 0 || !isKept);
}

function withEnds(texts: Texts, asked: readonly Wanted[], { columns }: GenerationResult): Texts {
  return asked.reduce((changed, { id, key, isKept }, at) => {
    const end = columns[at];
    return end === undefined || isKept ? changed : withEnd(changed, id, key, end);
  }, texts);
}

function ending(error: unknown): Run {
  if (!(error instanceof RequestFailure))
    return { phase: 'failed', failure: { code: 'internal', message: String(error) } };
  const { failure } = error;
  return failure.code === 'cancelled' ? { phase: 'cancelled' } : { phase: 'failed', failure };
}
