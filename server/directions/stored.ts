import type { StoredDirection } from '../models/model.ts';
import { toLowRank } from './fineTune.ts';
import type { Direction, DirectionTensor, Term } from './term.ts';
import { dense } from './terms.ts';

/** A stored w as terms. A tensor in both of its parts is their sum; the names are those of its base. */
export function toDirection({ manifest, adapter, dense: stored }: StoredDirection): Direction {
  const tensors = new Map<string, DirectionTensor>();
  const add = (name: string, shape: readonly number[], term: Term) => {
    tensors.set(name, { name, shape, terms: [...(tensors.get(name)?.terms ?? []), term] });
  };
  for (const factors of adapter?.factors ?? []) {
    const term = toLowRank(factors);
    const rows = term.left.tensor.shape[term.left.transposed ? 1 : 0] ?? 0;
    const columns = term.right.tensor.shape[term.right.transposed ? 0 : 1] ?? 0;
    add(factors.tensor, [rows, columns], term);
  }
  for (const [name, tensor] of stored) add(name, tensor.shape, dense(tensor));
  return { name: manifest.name, tensors, untied: manifest.untied === true };
}
