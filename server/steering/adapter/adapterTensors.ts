import type { Term } from '../../directions/term.ts';
import { type Changes, toLowRank } from '../../directions/fineTune.ts';
import { hasDense, shapeOfProduct } from '../../directions/terms.ts';
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
 * embeddings, heads and biases; any other is `not-low-rank`. Without a base an adapter that is the target,
 * and w, which both have to be low-rank.
 */
export function adapterTensors(resolved: ResolvedRecipe, target: Target | undefined): AdapterTensors {
  const { direction, tied, recipe } = resolved;
  const refuse = (tensor: string): never => notLowRank(recipe.folder, direction.name, tensor);
  if (target === undefined) return { pairs: pairsWithoutBase(resolved, refuse), whole: [] };
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

/** The factors of an adapter that is steered beside those of w: both are of one unknown base. */
function pairsWithoutBase(
  { direction, target }: ResolvedRecipe,
  refuse: (tensor: string) => never,
): readonly FactorPair[] {
  const own = target?.changes ?? new Map<string, Changes>();
  return [...new Set([...own.keys(), ...direction.tensors.keys()])].map((name) => {
    const changes = own.get(name) ?? { factors: [], whole: [], experts: [] };
    const fixed = changes.factors.map(toLowRank);
    const moving = direction.tensors.get(name);
    const shapes = [...fixed.map(shapeOfProduct), ...(moving === undefined ? [] : [moving.shape])];
    const [shape = []] = shapes;
    const other = shapes.find((found) => found.join() !== shape.join());
    if (other !== undefined) throw differentShapes(name, target?.path ?? direction.name, [shape, other]);
    const pair = factorPair(name, shape, { fixed, moving: moving?.terms ?? [] });
    return pair === undefined || !isLowRankChange(changes) ? refuse(name) : pair;
  });
}

function differentShapes(
  tensor: string,
  path: string,
  [own, moved]: readonly [readonly number[], readonly number[]],
): ServerError {
  const problem = `changes "${tensor}" as [${own.join(', ')}], but w moves it as [${moved.join(', ')}]`;
  return new ServerError('shape-mismatch', path, problem, { tensor });
}

/** Whether everything that changes is low-rank, so that nothing has to be held whole. */
export function isAllLowRank({ direction }: ResolvedRecipe, target: Target): boolean {
  const own = [...target.changes.values()];
  return !hasDense(direction) && own.every(isLowRankChange);
}

function isLowRankChange({ whole, factors, experts }: Changes): boolean {
  return whole.length + experts.length === 0 && factors.every(({ magnitude }) => magnitude === undefined);
}

function canBeWhole(name: string): boolean {
  const { group } = placeOf(name);
  return group === 'embeddings' || group === 'head' || name.endsWith('.bias');
}

function notLowRank(folder: string, direction: string, tensor: string): never {
  const problem = `${direction}, or the target's own adapter, changes all of the tensor "${tensor}" (as full fine-tunes, DoRA and experts do), which an adapter cannot hold; write a checkpoint (format: checkpoint), or leave the tensor out with \`exclude:\``;
  throw new ServerError('not-low-rank', folder, problem, { tensor });
}
