import type { StoredDirection } from '../models/model.ts';
import { apart, settled } from './algebra.ts';
import { type TiedRoles, toLowRank } from './fineTune.ts';
import type { Direction, DirectionTensor, Term } from './term.ts';
import { dense, shapeOfProduct } from './terms.ts';

/**
 * A stored w as terms, for a model that ties its embeddings or does not. A tensor in both of its parts is their sum;
 * the names are those of its base. One tensor that has two roles in its base moves both tensors of a model that has
 * two, and what moved one of two tensors moves one of the two roles.
 */
export function toDirection(
  { manifest, adapter, dense: stored }: StoredDirection,
  tied: TiedRoles | undefined,
): Direction {
  const tensors = new Map<string, DirectionTensor>();
  const add = (name: string, shape: readonly number[], term: Term) => {
    tensors.set(name, { name, shape, terms: [...(tensors.get(name)?.terms ?? []), term] });
  };
  for (const factors of adapter?.factors ?? []) {
    const term = toLowRank(factors);
    add(factors.tensor, shapeOfProduct(term), term);
  }
  for (const [name, tensor] of stored) add(name, tensor.shape, dense(tensor));
  const direction = { name: manifest.name, tensors, untied: manifest.untied === true };
  if (tied === undefined)
    return manifest.tied ? { ...apart(direction, manifest.tied), untied: false } : direction;
  return manifest.tied === null ? settled({ ...direction, untied: true }, tied) : direction;
}
