import type { Direction } from '../directions/term.ts';
import type { Recipe } from '../recipes/recipe.ts';
import type { ResolvedRecipe } from '../recipes/resolvedRecipe.ts';
import { openRecipe } from './openRecipe.ts';
import type { TaskContext } from './taskContext.ts';

/** A direction that a strength of its own can be given to. */
export interface Steering {
  readonly name: string;
  /** What the recipe gives it, beside its top-level strength. */
  readonly strength: number;
  readonly direction: Direction;
}

/**
 * The directions of a recipe apart. One whose whole is cut to a rank has one direction, the whole: what is cut away hangs
 * on the strengths.
 */
export async function steeredDirections(
  { recipe, direction, base }: ResolvedRecipe,
  context: TaskContext,
): Promise<readonly Steering[]> {
  const { directions, name, truncation } = recipe;
  const [first, second] = directions;
  if (first === undefined) return [];
  if (second === undefined || truncation !== undefined)
    return [{ name: second === undefined ? first.name : name, strength: 1, direction }];
  const steerings: Steering[] = [];
  for (const each of directions) {
    const alone: Recipe = { ...recipe, ...baseOf(base), directions: [{ ...each, strength: 1 }] };
    const resolved = await openRecipe(alone, context);
    steerings.push({ name: each.name, strength: each.strength, direction: resolved.direction });
  }
  return steerings;
}

/** Alone, a direction need not name the base. */
function baseOf(base: ResolvedRecipe['base']): Partial<Recipe> {
  return base === undefined ? {} : { base: { text: base.reference, model: base.path } };
}
