import type { RemovalReport, TruncationReport } from '#protocol/rollups.ts';
import { scaled, sum } from '../directions/algebra.ts';
import type { Direction } from '../directions/term.ts';
import type { Truncate, Truncation } from '../directions/truncation.ts';
import type { Checkpoint } from '../models/model.ts';
import type { Recipe } from './recipe.ts';
import type { Removal, Remove, Removed } from './removal.ts';
import { selectDirection, type SelectOptions } from './selectDirection.ts';

export interface CombineOptions extends SelectOptions {
  readonly base: Checkpoint | undefined;
  /** As in `ResolveOptions`. */
  readonly remove: Remove | undefined;
  readonly truncate: Truncate | undefined;
  /** Of the model that is steered, where it is known. */
  readonly config: Checkpoint['config'];
}

export interface Combined {
  readonly direction: Direction;
  /** What was projected out and what was cut away, each in the order in which it was. */
  readonly removal: readonly RemovalReport[];
  readonly truncation: readonly TruncationReport[];
  /** What the removed directions are made of. */
  readonly removed: Removed['operands'];
}

/** What a recipe says of a direction, or of the whole, once it is selected. */
interface Changes {
  readonly removals?: readonly Removal[] | undefined;
  readonly truncation?: Truncation | undefined;
}

/**
 * Σ strengthᵢ · scheduleᵢ · selectionᵢ(wᵢ), with the top level's selection and schedule on all. From each, others are projected
 * out, then it is cut to its rank, then comes its strength; and then the whole, in the same order. `whole` are the directions of the
 * recipe, in its order.
 */
export async function combineDirections(
  recipe: Recipe,
  whole: readonly Direction[],
  options: CombineOptions,
): Promise<Combined> {
  const { name, several, selection, schedule, directions } = recipe;
  const parts: Direction[] = [];
  const removal: RemovalReport[] = [];
  const truncation: TruncationReport[] = [];
  const removed: Removed['operands'][number][] = [];
  const changed = async (direction: Direction, changes: Changes | undefined) => {
    const cleaned = await cleanedOf(direction, changes?.removals, options);
    if (cleaned?.report !== undefined) removal.push(cleaned.report);
    removed.push(...(cleaned?.operands ?? []));
    const cut = await cutOf(cleaned?.direction ?? direction, changes?.truncation, options);
    if (cut?.report !== undefined) truncation.push(cut.report);
    return cut?.direction ?? cleaned?.direction ?? direction;
  };
  for (const [index, direction] of whole.entries()) {
    const of = directions[index];
    const selected = several && of !== undefined ? selectDirection(direction, of, options) : direction;
    parts.push(scaled(await changed(selected, of), () => of?.strength ?? 1));
  }
  const all = selectDirection(sum(name, parts, options.tied), { selection, schedule }, options);
  return { direction: await changed(all, recipe), removal, truncation, removed };
}

async function cleanedOf(
  direction: Direction,
  removals: readonly Removal[] | undefined,
  { remove, folder, base, tied }: CombineOptions,
) {
  if (removals === undefined) return undefined;
  if (remove === undefined) throw new Error(`Nobody was given to take anything out of ${direction.name}.`);
  return await remove(direction, removals, { folder, base, tied });
}

async function cutOf(direction: Direction, to: Truncation | undefined, { truncate, config }: CombineOptions) {
  if (to === undefined) return undefined;
  if (truncate === undefined) throw new Error(`Nobody was given to truncate ${direction.name}.`);
  return await truncate(direction, to, config);
}
