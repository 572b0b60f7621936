import { contrast } from '../directions/contrast.ts';
import type { Direction } from '../directions/term.ts';
import type { ResolvedRecipe } from '../recipes/resolvedRecipe.ts';
import { Warnings } from '../warnings.ts';

/**
 * The direction with the terms of the fine-tunes it was made of, in place of those that `remove`, `rank` and `energy` left: what
 * it has in common with others by its origin is to be seen from these.
 */
export function originOf({
  recipe,
  direction,
  contrasts,
  removal = [],
  truncation = [],
}: ResolvedRecipe): Direction {
  const isAsMade = removal.length === 0 && truncation.length === 0;
  if (isAsMade || contrasts.length < recipe.directions.length) return direction;
  const told = new Warnings(); // Of these models the recipe has warned already.
  const made = contrasts.map((request) => contrast(request, told));
  const tensors = [...direction.tensors].map(([name, tensor]) => {
    const terms = made.flatMap((one) => one.tensors.get(name)?.terms ?? []);
    return [name, { ...tensor, terms }] as const;
  });
  return { ...direction, tensors: new Map(tensors) };
}
