import type { TruncationReport } from '#protocol/rollups.ts';
import type { Checkpoint } from '../models/model.ts';
import type { Direction } from './term.ts';

/** How much of w stays on each tensor: its leading singular vectors, no more than `rank`, and no more than have `energy` of ‖w‖² there. */
export interface Truncation {
  readonly rank?: number | undefined;
  readonly energy?: number | undefined;
}

/** Makes a direction smaller. `config` is that of the model it is for, where there is one. */
export type Truncate = (
  direction: Direction,
  truncation: Truncation,
  config: Checkpoint['config'],
) => Promise<Truncated>;

export interface Truncated {
  readonly direction: Direction;
  /** Undefined where it has been counted only, and not computed. */
  readonly report?: TruncationReport;
}
