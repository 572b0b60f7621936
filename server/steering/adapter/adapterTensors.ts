import type { Term } from '../../directions/term.ts';
import { isDense } from '../../directions/terms.ts';
import { ServerError } from '../../errors.ts';
import { placeOf } from '../../models/placeOf.ts';
import { tiedRolesOf } from '../../models/tiedRoles.ts';
import type { ResolvedRecipe } from '../../recipes/resolvedRecipe.ts';
import type { StoredTensor } from '../../tensors/storedTensor.ts';
import { type FactorPair, factorPair } from './factorPair.ts';
import { type Target, targetTensors } from '../checkpoint/targetTensors.ts';

/** A tensor that an adapter holds whole, as the value it becomes. */
export interface WholeTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly source: StoredTensor;
  readonly fixed: readonly Term[];
  readonly moving: readonly Term[];
}

export interface AdapterTensors {
  readonly pairs: readonly FactorPair[];
  readonly whole: readonly WholeTensor[];
}

/**
 * What an adapter on the target's checkpoint holds: the target's own adapter and w. Dense terms can be in it for
 * embeddings, heads and biases; any other is `not-low-rank`. Without a base w alone, which then has to be low-rank.
 */
export function adapterTensors(
  { direction, tied, recipe }: ResolvedRecipe,
  target: Target | undefined,
): AdapterTensors {
  const refuse = (tensor: string): never => notLowRank(recipe.folder, direction.name, tensor);
  if (target === undefined) {
    const pairs = [...direction.tensors.values()].map(({ name, shape, terms }) => {
      return factorPair(name, shape, { fixed: [], moving: terms }) ?? refuse(name);
    });
    return { pairs, whole: [] };
  }
  const roles = tiedRolesOf(target.checkpoint);
  const { tensors, untied } = targetTensors({ target, direction, tied });
  const pairs: FactorPair[] = [];
  const whole: WholeTensor[] = [];
  for (const { name, stored, source, fixed, moving } of tensors) {
    if (fixed.length + moving.length === 0 && source === stored) continue;
    // PEFT moves the head of a tied model only where it is told to.
    const names = name === roles?.embedding && !untied ? [name, roles.head] : [name];
    for (const role of names) {
      const pair = source === stored ? factorPair(role, stored.shape, { fixed, moving }) : undefined;
      if (pair !== undefined) pairs.push(pair);
      else if (canBeWhole(role)) whole.push({ name: role, shape: stored.shape, source, fixed, moving });
      else refuse(name);
    }
  }
  return { pairs, whole };
}

/** Whether everything that changes is low-rank, so that nothing has to be held whole. */
export function isAllLowRank({ direction }: ResolvedRecipe, target: Target): boolean {
  const own = [...target.changes.values()];
  return (
    ![...direction.tensors.values()].some(({ terms }) => terms.some(isDense)) &&
    own.every(({ whole }) => whole.length === 0)
  );
}

function canBeWhole(name: string): boolean {
  const { group } = placeOf(name);
  return group === 'embeddings' || group === 'head' || name.endsWith('.bias');
}

function notLowRank(folder: string, direction: string, tensor: string): never {
  const problem = `${direction} changes all of the tensor "${tensor}", which an adapter cannot hold; write a checkpoint (format: checkpoint), or leave the tensor out with \`exclude:\``;
  throw new ServerError('not-low-rank', folder, problem, { tensor });
}
