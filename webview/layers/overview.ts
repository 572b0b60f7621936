import type { ModuleGroup } from '#protocol/tensors.ts';
import type { TensorPlace } from '#protocol/analysis.ts';
import { type Rows, sumOf, valueOf } from './metrics.ts';

/** What the header says of the whole direction. */
export interface Overview {
  /** Whether some numbers have not come yet. */
  readonly isPartial: boolean;
  /** Null before anything has come, and where it is not finite. */
  readonly norm: number | null;
  /** Null before anything has come, and where the base is not known. */
  readonly relative: number | null;
  /** The highest of the factors'; undefined where no tensor has any. */
  readonly rank: number | undefined;
  /** Shares of ‖w‖²; null until all of it is known, undefined where there are no such tensors. */
  readonly embeddings: number | null | undefined;
  readonly head: number | null | undefined;
}

/** Over what has come so far. */
export function overviewOf(tensors: readonly TensorPlace[], rows: Rows): Overview {
  const sum = sumOf(tensors, rows);
  const ranks = tensors.map(({ rank }) => rank).filter((rank) => rank !== null);
  const share = (group: ModuleGroup) => {
    const members = tensors.filter((tensor) => tensor.group === group);
    if (members.length === 0) return undefined;
    return sum.waiting > 0 ? null : valueOf('share', sumOf(members, rows), sum.squares);
  };
  return {
    isPartial: sum.waiting > 0,
    norm: rows.size === 0 ? null : valueOf('norm', sum, null),
    relative: valueOf('relative', sum, null),
    rank: ranks.length === 0 ? undefined : ranks.reduce((a, b) => Math.max(a, b)),
    embeddings: share('embeddings'),
    head: share('head'),
  };
}
