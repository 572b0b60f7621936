import type { AnalysisProgress } from '#protocol/analysis.ts';
import type { Failure, Warning } from '#protocol/failure.ts';
import type { AnalyzeResult, TensorAnalysis } from '#protocol/results.ts';
import type { Rows } from './metrics.ts';

export type Plan = Extract<AnalysisProgress, { kind: 'plan' }>;

/** How far one analysis has come. */
export interface Run {
  readonly phase: 'working' | 'done' | 'failed' | 'cancelled';
  /** Known a moment after the start. */
  readonly plan: Plan | undefined;
  readonly rows: Rows;
  /** Bytes; 0 of 0 before anything is known. */
  readonly done: number;
  readonly total: number;
  /** Milliseconds, of the clock that stamps the events. */
  readonly startedAt: number;
  readonly now: number;
  /** A file has changed since the start. */
  readonly isStale: boolean;
  /** Where it failed. */
  readonly failure: Failure | undefined;
  readonly warnings: readonly Warning[];
  /** What the server says of tensors together, once it has read all of them. */
  readonly result: AnalyzeResult | undefined;
}

export type RunEvent =
  | { readonly kind: 'start' }
  | { readonly kind: 'progress'; readonly progress: AnalysisProgress }
  | { readonly kind: 'finish'; readonly result: AnalyzeResult }
  | { readonly kind: 'fail'; readonly failure: Failure }
  | { readonly kind: 'stale' };

export interface Stamped {
  readonly event: RunEvent;
  /** Milliseconds, of any one clock. */
  readonly now: number;
}

export const notStarted: Run = {
  phase: 'working',
  plan: undefined,
  rows: new Map(),
  done: 0,
  total: 0,
  startedAt: 0,
  now: 0,
  isStale: false,
  failure: undefined,
  warnings: [],
  result: undefined,
};

/** Whether it is known that the direction is zero everywhere. */
export function isEmpty({ phase, plan }: Run): boolean {
  return phase === 'done' && plan?.tensors.length === 0;
}

/** A pure step. A new start keeps the old picture until the new plan is there, so that nothing jumps. */
export function step(run: Run, { event, now }: Stamped): Run {
  switch (event.kind) {
    case 'start':
      return {
        ...notStarted,
        plan: run.plan,
        rows: run.rows,
        result: run.result,
        isStale: run.plan !== undefined,
        startedAt: now,
        now,
      };
    case 'progress':
      return { ...advance(run, event.progress), now };
    case 'finish':
      return finish(run, event.result, now);
    case 'fail':
      if (event.failure.code === 'cancelled') return { ...run, phase: 'cancelled', now };
      return { ...run, phase: 'failed', failure: event.failure, now };
    case 'stale':
      return run.plan === undefined ? run : { ...run, isStale: true, now };
  }
}

function advance(run: Run, progress: AnalysisProgress): Run {
  switch (progress.kind) {
    case 'plan':
      return { ...run, plan: progress, rows: new Map(), result: undefined, isStale: false };
    case 'rows':
      return { ...run, rows: withRows(run.rows, progress.tensors) };
    case 'state':
      return { ...run, done: progress.done, total: progress.total };
  }
}

function finish(run: Run, result: AnalyzeResult, now: number): Run {
  const { name, layers, tensors } = result;
  const files = run.plan?.files ?? [];
  return {
    ...run,
    phase: 'done',
    plan: { kind: 'plan', name, layers, tensors, files },
    rows: withRows(new Map(), tensors),
    warnings: result.warnings ?? [],
    result,
    now,
  };
}

function withRows(rows: Rows, tensors: readonly TensorAnalysis[]): Rows {
  return new Map([...rows, ...tensors.map((tensor) => [tensor.name, tensor] as const)]);
}
