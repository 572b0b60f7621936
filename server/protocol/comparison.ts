import type { CompareResult, TensorDifference } from './results.ts';

export type CompareProgress =
  /** Once, before everything else: what headers alone tell. `compared` are the names that there will be rows for. */
  | ({ readonly kind: 'structure'; readonly compared: readonly string[] } & Pick<
      CompareResult,
      'onlyInA' | 'onlyInB' | 'changed'
    >)
  /** Finished tensors, each once, in no order. Never dropped. */
  | { readonly kind: 'rows'; readonly tensors: readonly TensorDifference[] }
  /** Bytes read so far, and in all. The last one wins. */
  | { readonly kind: 'state'; readonly done: number; readonly total: number };
