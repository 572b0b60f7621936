import type { RemovalReport } from '#protocol/rollups.ts';
import type { TiedRoles } from '../directions/fineTune.ts';
import type { Direction } from '../directions/term.ts';
import type { Checkpoint } from '../models/model.ts';
import type { Operand } from './resolvedRecipe.ts';

/** Another direction u that is projected out of w. */
export interface Removal {
  /** What `similarity` takes: a recipe, a stored direction, an adapter or a fine-tune; relative to the recipe. */
  readonly direction: string;
  /** One coefficient over all tensors, or one for each. */
  readonly per: 'model' | 'tensor';
}

export interface RemoveFrom {
  /** The recipe's. */
  readonly folder: string;
  readonly base: Checkpoint | undefined;
  readonly tied: TiedRoles | undefined;
}

/** Projects directions out of another, all of them jointly. */
export type Remove = (
  direction: Direction,
  removals: readonly Removal[],
  from: RemoveFrom,
) => Promise<Removed>;

export interface Removed {
  readonly direction: Direction;
  /** Undefined where it has been counted only, and not computed. */
  readonly report?: RemovalReport;
  /** What the removed directions are made of, by roles that begin with `removed`. */
  readonly operands: readonly Operand[];
}
