import { isSubject, type Subject } from '#protocol/analysis.ts';
import { type Metric, metrics } from './metrics.ts';

/** Layers from the first to the last, both included. */
export interface Range {
  readonly first: number;
  readonly last: number;
}

/** What a page remembers when VS Code is closed. */
export interface ViewState {
  readonly subject: Subject;
  /** Undefined: the relative norm where the base is known, else the norm. */
  readonly metric: Metric | undefined;
  /** Keys of cells. */
  readonly selected: string | undefined;
  readonly pinned: string | undefined;
  readonly isTable: boolean;
  /** Undefined: all layers. */
  readonly range: Range | undefined;
  /** Undefined: all modules. */
  readonly modules: readonly string[] | undefined;
}

function freshState(subject: Subject): ViewState {
  return {
    subject,
    metric: undefined,
    selected: undefined,
    pinned: undefined,
    isTable: false,
    range: undefined,
    modules: undefined,
  };
}

/** What was saved, as far as it can be understood and is about the same; another version may have saved it. */
export function restoredState(saved: unknown, subject: Subject): ViewState {
  if (typeof saved !== 'object' || saved === null) return freshState(subject);
  const values = new Map<string, unknown>(Object.entries(saved));
  const about = values.get('subject');
  if (!isSubject(about) || JSON.stringify(about) !== JSON.stringify(subject)) return freshState(subject);
  return {
    subject,
    metric: metrics.find((metric) => metric === values.get('metric')),
    selected: text(values.get('selected')),
    pinned: text(values.get('pinned')),
    isTable: values.get('isTable') === true,
    range: toRange(values.get('range')),
    modules: toModules(values.get('modules')),
  };
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function toModules(value: unknown): readonly string[] | undefined {
  const modules = Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
  return modules.length === 0 ? undefined : modules;
}

function toRange(value: unknown): Range | undefined {
  if (typeof value !== 'object' || value === null || !('first' in value && 'last' in value)) return undefined;
  const { first, last } = value;
  if (typeof first !== 'number' || typeof last !== 'number') return undefined;
  return first >= 0 && first <= last && last < 1e6 ? { first, last } : undefined;
}
