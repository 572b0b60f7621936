import type { TiedRoles } from '../directions/fineTune.ts';
import type { Direction } from '../directions/term.ts';
import { placeOf } from '../models/placeOf.ts';

/** Short names of the modules that directions move, in the alphabet's order; the head where it shares what moves. */
export function movingModules(
  directions: readonly Direction[],
  tied: TiedRoles | undefined,
): readonly string[] {
  const names = directions.flatMap(({ tensors, untied }) => {
    const isShared = tied !== undefined && !untied && tensors.has(tied.embedding);
    return [...tensors.keys(), ...(isShared ? [tied.head] : [])];
  });
  return [...new Set(names.map((name) => placeOf(name).module))].toSorted();
}
