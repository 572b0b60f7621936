import type { TruncationReport } from '#protocol/rollups.ts';
import { scaled, sum } from '../directions/algebra.ts';
import type { Direction } from '../directions/term.ts';
import type { Truncate, Truncation } from '../directions/truncation.ts';
import type { Checkpoint } from '../models/model.ts';
import type { Recipe } from './recipe.ts';
import { selectDirection, type SelectOptions } from './selectDirection.ts';

export interface CombineOptions extends SelectOptions {
  /** As in `ResolveOptions`. */
  readonly truncate: Truncate | undefined;
  /** Of the model that is steered, where it is known. */
  readonly config: Checkpoint['config'];
}

export interface Combined {
  readonly direction: Direction;
  /** What was cut away, in the order in which it was. */
  readonly truncation: readonly TruncationReport[];
}

/**
 * Σ strengthᵢ · scheduleᵢ · selectionᵢ(wᵢ), with the top level's selection and schedule on all; each cut to its rank before its
 * strength, and then the whole. `whole` are the directions of the recipe, in its order.
 */
export async function combineDirections(
  { name, several, selection, schedule, truncation, directions }: Recipe,
  whole: readonly Direction[],
  options: CombineOptions,
): Promise<Combined> {
  const parts: Direction[] = [];
  const reports: TruncationReport[] = [];
  const cut = async (direction: Direction, to: Truncation | undefined) => {
    if (to === undefined) return direction;
    if (options.truncate === undefined) throw new Error(`Nobody was given to truncate ${direction.name}.`);
    const truncated = await options.truncate(direction, to, options.config);
    if (truncated.report !== undefined) reports.push(truncated.report);
    return truncated.direction;
  };
  for (const [index, direction] of whole.entries()) {
    const of = directions[index];
    const selected = several && of !== undefined ? selectDirection(direction, of, options) : direction;
    parts.push(scaled(await cut(selected, of?.truncation), () => of?.strength ?? 1));
  }
  const all = selectDirection(sum(name, parts, options.tied), { selection, schedule }, options);
  return { direction: await cut(all, truncation), truncation: reports };
}
