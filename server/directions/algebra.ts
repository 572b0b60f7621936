import { ServerError } from '../errors.ts';
import type { TiedRoles } from './fineTune.ts';
import type { Direction, DirectionTensor } from './term.ts';
import { sameTerms, scaledTerms, simplified, tensorsOf } from './terms.ts';

/** Multiplies w tensor by tensor; a factor of 0 takes the tensor out. */
export function scaled(direction: Direction, factorOf: (tensor: string) => number): Direction {
  const tensors = new Map<string, DirectionTensor>();
  for (const [name, tensor] of direction.tensors) {
    const factor = factorOf(name);
    if (factor === 0) continue;
    tensors.set(name, factor === 1 ? tensor : { ...tensor, terms: scaledTerms(tensor.terms, factor) });
  }
  return { ...direction, tensors };
}

/** Leaves only the tensors that `keeps`. */
export function restricted(direction: Direction, keeps: (tensor: string) => boolean): Direction {
  const tensors = new Map([...direction.tensors].filter(([name]) => keeps(name)));
  return { ...direction, tensors };
}

/**
 * w₁ + w₂ + …: terms are listed one after another; nothing is multiplied out, and like terms are added up.
 * Where one of them moves a tied head apart, the others move it as they move the embedding. `shape-mismatch` where
 * they are of different models.
 */
export function sum(name: string, directions: readonly Direction[], tied: TiedRoles | undefined): Direction {
  const untied = directions.some((direction) => direction.untied);
  const tensors = new Map<string, DirectionTensor>();
  for (const direction of untied && tied !== undefined
    ? directions.map((each) => apart(each, tied))
    : directions) {
    for (const [key, tensor] of direction.tensors) {
      const before = tensors.get(key);
      if (before !== undefined) refuseOtherShape(before, tensor, name);
      const terms = simplified([...(before?.terms ?? []), ...tensor.terms]);
      if (terms.length === 0) tensors.delete(key);
      else tensors.set(key, { ...tensor, terms });
    }
  }
  return { name, tensors, untied };
}

/** Where both roles of a tied embedding are moved alike after all, it is one tensor again. */
export function settled(direction: Direction, tied: TiedRoles | undefined): Direction {
  if (!direction.untied || tied === undefined) return direction;
  const { tensors } = direction;
  const head = tensors.get(tied.head)?.terms ?? [];
  if (!sameTerms(head, tensors.get(tied.embedding)?.terms ?? [])) return direction;
  return { ...restricted(direction, (name) => name !== tied.head), untied: false };
}

function refuseOtherShape(one: DirectionTensor, other: DirectionTensor, sum: string): void {
  if (one.shape.join() === other.shape.join()) return;
  const file = other.terms.flatMap(tensorsOf)[0]?.file;
  const problem = `tensor "${one.name}" is [${other.shape.join(', ')}] here and [${one.shape.join(', ')}] in another direction of ${sum}; they are of different models`;
  throw new ServerError('shape-mismatch', file ?? sum, problem, { tensor: one.name });
}

/** The same w with the tied head spelled out as a tensor of its own. */
export function apart(direction: Direction, { embedding, head }: TiedRoles): Direction {
  const shared = direction.tensors.get(embedding);
  if (direction.untied || shared === undefined) return { ...direction, untied: true };
  return {
    ...direction,
    tensors: new Map([...direction.tensors, [head, { ...shared, name: head }]]),
    untied: true,
  };
}
