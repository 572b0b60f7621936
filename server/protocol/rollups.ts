/**
 * What `analyze` says of many tensors together. Norms of several tensors are the root of the sum of their squares;
 * a number is null where one of the tensors has none.
 */
export interface Rollup {
  readonly tensors: number;
  readonly norm: number | null;
  /** Of the base's tensors of the same names; null without a base. */
  readonly baseNorm: number | null;
  /** norm / baseNorm */
  readonly relativeNorm: number | null;
  /** Of ‖w‖², embeddings and head included: 0 … 1. */
  readonly share: number | null;
}

export interface AnalysisRollups {
  readonly all: Rollup;
  readonly embeddings: Rollup;
  readonly head: Rollup;
  /** All but embeddings and head. */
  readonly body: Rollup;
  /** Ascending; layers that do not move are absent. */
  readonly layers: readonly (Rollup & { readonly layer: number })[];
  /** By short module name, in the order of the base. */
  readonly modules: readonly (Rollup & { readonly module: string })[];
}

/** How the two sides of a contrast lie to each other: τ₊ = θ₊ − θ_pre, τ₋ = θ₋ − θ_pre, w = τ₊ − τ₋. Needs the base, and two sides that are not it. */
export interface ContrastFacts {
  readonly name: string;
  /** cos(τ₊, −τ₋): 1 where the two went opposite ways, −1 where they are the same. */
  readonly cosine: number | null;
  /** ‖τ₊‖ and ‖τ₋‖. */
  readonly positiveNorm: number | null;
  readonly negativeNorm: number | null;
  /** ‖τ₊‖ / ‖τ₋‖ */
  readonly ratio: number | null;
  /** ‖(τ₊ + τ₋) / 2‖ / ‖w‖: what training did to both, and the contrast leaves out. */
  readonly common: number | null;
}

/** Where a recipe has `remove`: what projecting other directions out took away of w. */
export interface RemovalReport {
  /** Of the direction that they were taken out of. */
  readonly name: string;
  /** Of ‖w‖² before: what lay in the span of all that was removed, 0 … 1. */
  readonly share: number | null;
  readonly removed: readonly RemovedDirection[];
}

export interface RemovedDirection {
  /** As the recipe names it. */
  readonly direction: string;
  readonly per: 'model' | 'tensor';
  /** Of w and all of u, over the whole model; before and as measured after. */
  readonly cosineBefore: number | null;
  /** Null where nothing is left of w. */
  readonly cosineAfter: number | null;
  /** How often u was subtracted; null where each tensor has its own. */
  readonly coefficient: number | null;
  /** Tensors that both move. */
  readonly tensors: number;
  /** Tensors that w alone moves: they stay as they are. */
  readonly untouched: number;
  /** Tensors that u alone moves: nothing is subtracted there, since w would come to move them. */
  readonly leftOut: number;
}

/** Where a recipe has `rank` or `energy`: what that took away of w. */
export interface TruncationReport {
  readonly name: string;
  /** ‖w − what is left‖ / ‖w‖ over all tensors. */
  readonly relativeError: number | null;
  /** The largest rank that is left on any tensor. */
  readonly rank: number | null;
}
