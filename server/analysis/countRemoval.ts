import type { TiedRoles } from '../directions/fineTune.ts';
import type { Direction } from '../directions/term.ts';
import { scaledTerms, simplified } from '../directions/terms.ts';
import { alike } from './removeDirections.ts';

/** A coefficient that nothing is cancelled by. */
const some = Number.EPSILON;

/**
 * A direction as it will be once others are projected out, as far as that can be told without reading a weight: with their terms,
 * whose coefficients are made up. For plans that are shown and not carried out.
 */
export function countRemoval(
  direction: Direction,
  removed: readonly Direction[],
  tied: TiedRoles | undefined,
): Direction {
  const [w = direction, ...us] = alike([direction, ...removed], tied);
  const tensors = [...w.tensors].map(([name, tensor]) => {
    const others = us.flatMap((u) => scaledTerms(u.tensors.get(name)?.terms ?? [], some));
    return [name, { ...tensor, terms: simplified([...tensor.terms, ...others]) }] as const;
  });
  return { ...w, tensors: new Map(tensors) };
}
