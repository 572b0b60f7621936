import { join } from 'node:path';
import { cacheFolder } from '../bytes/cache.ts';
import { asMatrix } from '../directions/jobBuilder.ts';
import type { Direction, DirectionTensor, LowRank } from '../directions/term.ts';
import { isLowRank, totalRank } from '../directions/terms.ts';
import type { Truncated, Truncation } from '../directions/truncation.ts';
import type { StoredTensor } from '../tensors/storedTensor.ts';

/**
 * A direction as it will be once it is truncated, as far as that can be told without reading a weight: factors that are not there
 * yet, of the rank that they have at most. For plans that are shown and not carried out.
 */
export function countTruncation(direction: Direction, truncation: Truncation): Truncated {
  const tensors = [...direction.tensors].map(
    ([name, tensor]) => [name, counted(tensor, truncation)] as const,
  );
  return { direction: { ...direction, tensors: new Map(tensors) } };
}

function counted(tensor: DirectionTensor, { rank = Infinity, energy }: Truncation): DirectionTensor {
  const { shape, terms } = tensor;
  if (shape.length !== 2) return tensor;
  const { rows, columns } = asMatrix(shape);
  const own = terms.every(isLowRank) ? totalRank(terms) : Infinity;
  if (energy === undefined && own <= rank) return tensor;
  const most = Math.min(rank, own, rows, columns);
  const term: LowRank = {
    kind: 'low-rank',
    scale: 1,
    rank: most,
    left: { tensor: notYetThere('left', tensor, [rows, most]), transposed: false },
    right: { tensor: notYetThere('right', tensor, [most, columns]), transposed: false },
  };
  return { ...tensor, terms: [term] };
}

function notYetThere(
  side: string,
  { name }: DirectionTensor,
  shape: readonly [number, number],
): StoredTensor {
  const bytes = 8 * shape[0] * shape[1];
  const file = join(cacheFolder(), 'not-computed');
  return { name: `${name} ${side}`, dtype: 'F64', shape, file, offset: 0, bytes };
}
