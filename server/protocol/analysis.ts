import type { TensorAnalysis } from './results.ts';

/** What a panel is about. Paths are absolute. */
export type Subject =
  | { readonly kind: 'recipe'; readonly path: string }
  /** A stored direction as it is, or an adapter as the way from its base. */
  | { readonly kind: 'model'; readonly path: string }
  /** after − before, of two models. */
  | { readonly kind: 'pair'; readonly before: string; readonly after: string };

/** Whether a value from outside, such as a panel's saved state, is a subject. */
export function isSubject(value: unknown): value is Subject {
  if (typeof value !== 'object' || value === null || !('kind' in value)) return false;
  if (value.kind === 'pair')
    return 'before' in value && 'after' in value && areStrings(value.before, value.after);
  return (value.kind === 'recipe' || value.kind === 'model') && 'path' in value && areStrings(value.path);
}

function areStrings(...values: readonly unknown[]): boolean {
  return values.every((value) => typeof value === 'string');
}

/** A tensor that will be analysed: enough to lay out a picture before there are numbers. */
export type TensorPlace = Pick<TensorAnalysis, 'name' | 'layer' | 'module' | 'group' | 'shape' | 'rank'>;

export type AnalysisProgress =
  /** Once, before everything else. */
  | {
      readonly kind: 'plan';
      readonly name: string;
      /** Of the model. */
      readonly layers: number;
      /** Where the direction is not zero, in the order of the base. */
      readonly tensors: readonly TensorPlace[];
      /** Absolute paths of everything that was read: when one changes, the numbers are old. */
      readonly files: readonly string[];
    }
  /** Finished tensors, each once, in no order. Never dropped. */
  | { readonly kind: 'rows'; readonly tensors: readonly TensorAnalysis[] }
  /** Bytes read so far, and in all. The last one wins. */
  | { readonly kind: 'state'; readonly done: number; readonly total: number };
