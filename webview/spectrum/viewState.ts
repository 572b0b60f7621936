import type { Subject } from '#protocol/analysis.ts';
import { isSpectrumAbout } from '#protocol/spectrum.ts';
import type { TensorChoice } from './choice.ts';
import type { Axis } from './plot.ts';

export type Tab = 'spectrum' | 'vocabulary';

/** What a page remembers when VS Code is closed. */
export interface ViewState {
  /** What the panel is about, so that it can be asked for anew. */
  readonly subjects: readonly Subject[];
  readonly tab: Tab;
  readonly choice: TensorChoice;
  readonly axis: Axis;
  readonly isTable: boolean;
  /** Of the directions: the one that is read in tokens. */
  readonly read: number;
  /** Singular vectors of each tensor that are read. */
  readonly vectors: number;
  /** The one that is shown, from 0. */
  readonly vector: number;
  /** What tokens must contain. */
  readonly filter: string;
}

/** Counts of singular vectors that can be asked for. */
export const vectorCounts: readonly number[] = [1, 3, 8];

/** What was saved, as far as it can be understood and is about the same direction; another version may have saved it. */
export function restoredState(saved: unknown, subjects: readonly Subject[]): ViewState {
  const fresh = freshState(subjects);
  if (!isSpectrumAbout(saved) || JSON.stringify(saved.subjects[0]) !== JSON.stringify(subjects[0]))
    return fresh;
  const values = new Map<string, unknown>(Object.entries(saved));
  const vectors = vectorCounts.find((count) => count === values.get('vectors')) ?? 1;
  return {
    ...fresh,
    tab: values.get('tab') === 'vocabulary' ? 'vocabulary' : 'spectrum',
    choice: toChoice(values.get('choice')),
    axis: values.get('axis') === 'linear' ? 'linear' : 'log',
    isTable: values.get('isTable') === true,
    read: toIndex(values.get('read'), subjects.length),
    vectors,
    vector: toIndex(values.get('vector'), vectors),
    filter: toText(values.get('filter')),
  };
}

function freshState(subjects: readonly Subject[]): ViewState {
  return {
    subjects,
    tab: 'spectrum',
    choice: { kind: 'leading' },
    axis: 'log',
    isTable: false,
    read: 0,
    vectors: 1,
    vector: 0,
    filter: '',
  };
}

function toChoice(value: unknown): TensorChoice {
  if (typeof value !== 'object' || value === null || !('module' in value && 'layer' in value))
    return { kind: 'leading' };
  const { module, layer } = value;
  const isLayer = layer === null || (typeof layer === 'number' && Number.isSafeInteger(layer));
  return typeof module === 'string' && isLayer ? { kind: 'module', module, layer } : { kind: 'leading' };
}

function toIndex(value: unknown, count: number): number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && value < count ? value : 0;
}

function toText(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
