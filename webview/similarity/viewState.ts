import { isSimilarityParams, type SimilarityParams } from '#protocol/similarity.ts';
import type { SliceChoice } from './slices.ts';

/** How the subjects follow each other. */
export type Order = 'given' | 'clustered';

/** A field of the matrix by the numbers of its subjects; `column` is a control's where `isControl`. */
export interface Place {
  readonly row: number;
  readonly column: number;
  readonly isControl: boolean;
}

/** What a page remembers when VS Code is closed. */
export interface ViewState {
  /** What the panel is about, so that it can be asked for anew. */
  readonly params: SimilarityParams;
  readonly order: Order;
  readonly slice: SliceChoice;
  readonly selected: Place | undefined;
  readonly isTable: boolean;
}

/** What was saved, as far as it can be understood and is about the same subjects; another version may have saved it. */
export function restoredState(saved: unknown, params: SimilarityParams): ViewState {
  const values = new Map<string, unknown>(typeof saved === 'object' && saved ? Object.entries(saved) : []);
  const about = values.get('params');
  if (!isSimilarityParams(about) || JSON.stringify(about.subjects) !== JSON.stringify(params.subjects))
    return { params, order: 'given', slice: { kind: 'all' }, selected: undefined, isTable: false };
  return {
    params,
    order: values.get('order') === 'clustered' ? 'clustered' : 'given',
    slice: toSlice(values.get('slice')),
    selected: toPlace(values.get('selected')),
    isTable: values.get('isTable') === true,
  };
}

function toSlice(value: unknown): SliceChoice {
  if (typeof value !== 'object' || value === null || !('kind' in value)) return { kind: 'all' };
  if (value.kind === 'withoutEmbeddings') return { kind: 'withoutEmbeddings' };
  const isModule = value.kind === 'module' && 'module' in value && typeof value.module === 'string';
  return isModule ? { kind: 'module', module: String(value.module) } : { kind: 'all' };
}

function toPlace(value: unknown): Place | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (!('row' in value && 'column' in value && 'isControl' in value)) return undefined;
  const { row, column, isControl } = value;
  if (typeof row !== 'number' || typeof column !== 'number') return undefined;
  return { row, column, isControl: isControl === true };
}
