import type { ModuleGroup } from '#protocol/tensors.ts';
import type { TensorPlace } from '#protocol/analysis.ts';
import { type Rows, sumOf, valueOf } from './metrics.ts';

/** What the header says of the whole direction. */
export interface Overview {
  readonly norm: number | null;
  /** Null where the base is not known. */
  readonly relative: number | null;
  /** The highest of the factors'; null where no tensor has any. */
  readonly rank: number | null;
  /** Shares of ‖w‖² of what lies outside layers. */
  readonly embeddings: number | null;
  readonly head: number | null;
}

/** Over what has come so far. */
export function overviewOf(tensors: readonly TensorPlace[], rows: Rows): Overview {
  const sum = sumOf(tensors, rows);
  const ranks = tensors.map(({ rank }) => rank).filter((rank) => rank !== null);
  const share = (group: ModuleGroup) => {
    const members = tensors.filter((tensor) => tensor.group === group);
    return members.length === 0 ? null : valueOf('share', sumOf(members, rows), sum.squares);
  };
  return {
    norm: valueOf('norm', sum, null),
    relative: valueOf('relative', sum, null),
    rank: ranks.length === 0 ? null : ranks.reduce((a, b) => Math.max(a, b)),
    embeddings: share('embeddings'),
    head: share('head'),
  };
}
