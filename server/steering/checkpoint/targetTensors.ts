import { type FineTune, type TiedRoles, valueOf } from '../../directions/fineTune.ts';
import type { Direction, Term } from '../../directions/term.ts';
import { dense, sameTerms, shapeOfTerm, simplified } from '../../directions/terms.ts';
import { ServerError } from '../../errors.ts';
import type { Checkpoint } from '../../models/model.ts';
import { tiedRolesOf, tiesEmbeddings } from '../../models/tiedRoles.ts';
import { rowsApart } from '../../models/vocabularyRows.ts';
import type { StoredTensor } from '../../tensors/storedTensor.ts';

/** What one tensor of the target becomes: source + Σ fixed + strength · Σ moving. */
export interface TargetTensor {
  readonly name: string;
  /** As the target's checkpoint holds it; for a head that is untied, the embedding. */
  readonly stored: StoredTensor;
  /** The stored values that the change is counted from: those of the checkpoint, or of an adapter that replaces them. */
  readonly source: StoredTensor;
  /** What the target's own adapter adds. */
  readonly fixed: readonly Term[];
  readonly moving: readonly Term[];
}

export interface TargetTensors {
  /** In the order of the target's files; an untied head comes last. */
  readonly tensors: readonly TargetTensor[];
  /** The target's configuration ties its embeddings, and the result's cannot. */
  readonly untied: boolean;
}

/** A target that stands on a checkpoint. */
export type Target = FineTune & { readonly checkpoint: Checkpoint };

export interface Steering {
  readonly target: Target;
  readonly direction: Direction;
  /** The base's, where it ties its embeddings. */
  readonly tied: TiedRoles | undefined;
}

/**
 * Accounts for every tensor of the target and for every tensor that w moves. `missing-tensor` and `shape-mismatch`
 * where the target has no place for what w moves.
 */
export function targetTensors(steering: Steering): TargetTensors {
  const { target } = steering;
  const roles = tiedRolesOf(target.checkpoint);
  refuseLost(steering, roles);
  const tensors = [...target.checkpoint.tensors.values()].map((stored) =>
    become(steering, stored, stored.name),
  );
  const embedding = roles === undefined ? undefined : target.checkpoint.tensors.get(roles.embedding);
  if (roles === undefined || embedding === undefined)
    return { tensors, untied: partsCopies(target, tensors) };
  const head = become(steering, embedding, roles.head, roles);
  const shared = tensors.find(({ name }) => name === roles.embedding);
  const untied = shared !== undefined && !becomeAlike(shared, head);
  return { tensors: untied ? [...tensors, head] : tensors, untied };
}

function become(steering: Steering, stored: StoredTensor, name: string, roles?: TiedRoles): TargetTensor {
  const { target } = steering;
  const moving = simplified(movesOf(steering, name));
  const value = target.changes.size === 0 ? [dense(stored)] : (valueOf(target, name, roles) ?? []);
  const [first] = value;
  const source = first?.kind === 'dense' ? first.tensor : stored;
  refuseShape(steering, name, stored);
  refuseResized(target, value, stored);
  return { name, stored, source, fixed: simplified([...value, dense(source, -1)]), moving };
}

/**
 * Some configurations tie the embeddings although both are stored. transformers before version 5 then leaves the head
 * out, so that where the two are not moved alike the configuration has to say that they are two.
 */
function partsCopies({ checkpoint }: Target, tensors: readonly TargetTensor[]): boolean {
  const roles = tiesEmbeddings(checkpoint.config) ? tiedRolesOf({ ...checkpoint, tied: true }) : undefined;
  const embedding = tensors.find(({ name }) => name === roles?.embedding);
  const head = tensors.find(({ name }) => name === roles?.head);
  if (embedding === undefined || head === undefined) return false;
  return !sameTerms(embedding.moving, head.moving) || !sameTerms(embedding.fixed, head.fixed);
}

/** Where the base ties its embeddings and w moves both roles alike, w has the embedding only. */
function movesOf({ direction, tied }: Steering, name: string): readonly Term[] {
  const own = direction.tensors.get(name);
  if (own !== undefined || name !== tied?.head || direction.untied) return own?.terms ?? [];
  return direction.tensors.get(tied.embedding)?.terms ?? [];
}

function becomeAlike(one: TargetTensor, other: TargetTensor): boolean {
  return (
    sameTerms([dense(one.source), ...one.fixed], [dense(other.source), ...other.fixed]) &&
    sameTerms(one.moving, other.moving)
  );
}

function refuseLost({ target, direction }: Steering, roles: TiedRoles | undefined): void {
  for (const name of direction.tensors.keys()) {
    if (target.checkpoint.tensors.has(name) || name === roles?.head) continue;
    const problem = `has no tensor "${name}", which ${direction.name} moves; leave it out with \`exclude:\`, or steer another target`;
    throw new ServerError('missing-tensor', target.path, problem, { tensor: name });
  }
}

/** The target keeps its shape, also where an adapter on it holds a tensor whole that has another. */
function refuseResized({ path }: Target, value: readonly Term[], { name, shape }: StoredTensor): void {
  const other = value.map(shapeOfTerm).find((found) => found.join() !== shape.join());
  if (other === undefined) return;
  const problem = `tensor "${name}" is [${shape.join(', ')}] below, and [${other.join(', ')}] in the adapter on it; merge it (PEFT: merge_and_unload) and steer the merged checkpoint`;
  throw new ServerError('shape-mismatch', path, problem, { tensor: name });
}

function refuseShape({ target, direction }: Steering, name: string, { shape }: StoredTensor): void {
  const moved = direction.tensors.get(name);
  if (moved === undefined || moved.shape.join() === shape.join()) return;
  const problem = `tensor "${name}" is [${shape.join(', ')}], but ${direction.name} moves [${moved.shape.join(', ')}]${rowsApart(name, shape, moved.shape)}`;
  throw new ServerError('shape-mismatch', target.path, problem, { tensor: name });
}
