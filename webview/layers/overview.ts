import type { ModuleGroup } from '#protocol/tensors.ts';
import type { TensorPlace } from '#protocol/analysis.ts';
import type { AnalysisRollups, Rollup } from '#protocol/rollups.ts';
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

/** Over what has come so far; as the server has summed it up, once it has. */
export function overviewOf(tensors: readonly TensorPlace[], rows: Rows, rollups?: AnalysisRollups): Overview {
  const ranks = tensors.map(({ rank }) => rank).filter((rank) => rank !== null);
  const rank = ranks.length === 0 ? undefined : ranks.reduce((a, b) => Math.max(a, b));
  return { rank, ...(rollups === undefined ? soFar(tensors, rows) : whole(rollups)) };
}

function whole({ all, embeddings, head }: AnalysisRollups): Omit<Overview, 'rank'> {
  return {
    isPartial: false,
    norm: all.norm,
    relative: all.relativeNorm,
    embeddings: shareOf(embeddings),
    head: shareOf(head),
  };
}

function shareOf({ tensors, share }: Rollup): number | null | undefined {
  return tensors === 0 ? undefined : share;
}

function soFar(tensors: readonly TensorPlace[], rows: Rows): Omit<Overview, 'rank'> {
  const sum = sumOf(tensors, rows);
  // Shares of what is not all of it would be wrong.
  const share = (group: ModuleGroup) => (tensors.some((each) => each.group === group) ? null : undefined);
  return {
    isPartial: sum.waiting > 0,
    norm: rows.size === 0 ? null : valueOf('norm', sum, null),
    relative: valueOf('relative', sum, null),
    embeddings: share('embeddings'),
    head: share('head'),
  };
}
