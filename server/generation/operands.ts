import { type FineTune, touchedNames, valueOf } from '../directions/fineTune.ts';
import type { Term } from '../directions/term.ts';
import type { StoredTensor } from '../tensors/storedTensor.ts';
import type { Steered } from './weights.ts';

/** Every stored tensor that a steered model is made of, once: of what is steered, and of its directions. */
export function operandsOf({
  target,
  directions,
  tied,
}: Pick<Steered, 'target' | 'directions' | 'tied'>): readonly StoredTensor[] {
  const moving = directions.flatMap(({ tensors }) => [...tensors.values()].flatMap(({ terms }) => terms));
  const operands = [...valuesOf(target, tied), ...moving].flatMap(storedOf);
  return [...new Map(operands.map((tensor) => [`${tensor.file}:${tensor.offset}`, tensor])).values()];
}

function valuesOf(target: FineTune, tied: Steered['tied']): readonly Term[] {
  return [...touchedNames(target)].flatMap((name) => valueOf(target, name, tied) ?? []);
}

/** Of the kinds that a graph reads; it refuses the others. */
function storedOf(term: Term): readonly StoredTensor[] {
  if (term.kind === 'low-rank') return [term.left.tensor, term.right.tensor];
  return term.kind === 'dense' ? [term.tensor] : [];
}
