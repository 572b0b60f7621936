import { ServerError } from '../errors.ts';
import type { Adapter, AdapterFactors, AdapterTensor, Checkpoint, ExpertFactors } from '../models/model.ts';
import type { StoredTensor } from '../tensors/storedTensor.ts';
import { joined, runsOf } from './rowRuns.ts';
import type { Experts, LowRank, Rows, Term } from './term.ts';
import { dense } from './terms.ts';

/**
 * A model as sums of terms per tensor: its own stored values, or those of what it stands on with an adapter's
 * changes added. What an adapter stands on may be unknown; then its place is taken by a stand-in that has to
 * cancel before anything is read.
 */
export interface FineTune {
  readonly label: string;
  /** Absolute path of its folder, for messages. */
  readonly path: string;
  readonly checkpoint: Checkpoint | undefined;
  /** With the names of the base. */
  readonly adapter: Adapter | undefined;
  /** What the adapter does, by tensor. */
  readonly changes: ReadonlyMap<string, Changes>;
}

export interface Changes {
  readonly factors: readonly AdapterFactors[];
  readonly whole: readonly AdapterTensor[];
  readonly experts: readonly ExpertFactors[];
}

/** Names of the two roles of a tied embedding. */
export interface TiedRoles {
  readonly embedding: string;
  readonly head: string;
}

export function createFineTune(of: Omit<FineTune, 'changes'>): FineTune {
  const { factors = [], whole = [], experts = [], parameters = [] } = of.adapter ?? {};
  if (parameters.length > 0) throw parametersWithoutBase(of.path);
  const byTensor = Map.groupBy(factors, ({ tensor }) => tensor);
  const wholeByTensor = Map.groupBy(whole, ({ tensor }) => tensor);
  const expertsByTensor = Map.groupBy(experts, ({ tensor }) => tensor);
  const names = new Set([...byTensor.keys(), ...wholeByTensor.keys(), ...expertsByTensor.keys()]);
  const changes = new Map(
    [...names].map((name) => [
      name,
      {
        factors: byTensor.get(name) ?? [],
        whole: wholeByTensor.get(name) ?? [],
        experts: expertsByTensor.get(name) ?? [],
      },
    ]),
  );
  return { ...of, changes };
}

/** Tensors that the fine-tune may hold at values of its own: all of a checkpoint's, an adapter's changed ones. */
export function touchedNames({ checkpoint, changes }: FineTune): ReadonlySet<string> {
  return new Set([...(checkpoint?.tensors.keys() ?? []), ...changes.keys()]);
}

/**
 * θ(name) as a sum of terms, or undefined when the fine-tune has no such tensor. For `tied` models the head's
 * values are the embedding's unless the fine-tune holds a head of its own.
 */
export function valueOf(model: FineTune, name: string, tied?: TiedRoles): readonly Term[] | undefined {
  const below = valueBelow(model, name, tied);
  const changes = model.changes.get(name);
  if (changes === undefined) return inherited(model, name, tied) ?? below;
  const { factors, whole, experts } = changes;
  const replaced = whole.find(({ role }) => role === 'replace');
  const start = replaced === undefined ? below : [dense(replaced.stored)];
  if (start === undefined) throw standsOnNothing(model, name);
  const added = whole.filter(({ role }) => role === 'add');
  const rows = whole.flatMap((part) => (part.role === 'rows' ? rowsInstead(start, part) : []));
  return [
    ...factors.reduce(changedBy, start),
    ...added.map(({ stored, scale }) => dense(stored, scale)),
    ...rows,
    ...experts.map(toExperts),
  ];
}

/** What a tensor is once factors have changed it: one more term, or with a magnitude (DoRA) all of it under that. */
function changedBy(below: readonly Term[], factors: AdapterFactors): readonly Term[] {
  const change = toLowRank(factors);
  if (factors.magnitude === undefined) return [...below, change];
  const [base, ...others] = below;
  if (base?.kind !== 'dense' || others.length > 0)
    throw new Error(`"${factors.tensor}" has more than one pair of factors.`);
  return [{ kind: 'rescaled', scale: 1, base, change, ...factors.magnitude }];
}

function toExperts({ scale, rank, A, B, shape, transposed }: ExpertFactors): Experts {
  return { kind: 'experts', scale, rank, A, B, shape, transposed };
}

function parametersWithoutBase(path: string): ServerError {
  const problem =
    'has factors of bare parameters (target_parameters), whose base has to be known; name it with `base:`';
  return new ServerError('base-not-found', path, problem);
}

/** The trained rows, and those of what is below taken away. */
function rowsInstead([base]: readonly Term[], { stored, rows = [] }: AdapterTensor): readonly Rows[] {
  if (base?.kind !== 'dense') return [];
  const shape = base.tensor.shape;
  const trained = { kind: 'rows', scale: 1, tensor: stored, shape, runs: runsOf(rows) } as const;
  const own = runsOf(rows).map(({ to, count }) => ({ from: to, to, count }));
  return [trained, { kind: 'rows', scale: -base.scale, tensor: base.tensor, shape, runs: joined(own) }];
}

/** A stand-in for the unknown base's values; `isUnknown` recognises it. */
function unknownValues(name: string): StoredTensor {
  return { name, dtype: 'F32', shape: [], file: '', offset: 0, bytes: 0 };
}

export function isUnknown({ file }: StoredTensor): boolean {
  return file === '';
}

/** scale · B·A, or scale · (B·A)ᵀ = scale · Aᵀ·Bᵀ for Conv1D weights and embeddings. MLX stores Aᵀ and Bᵀ. */
export function toLowRank({ A, B, rank, scale, transposed, layout }: AdapterFactors): LowRank {
  const [left, right] = transposed ? [A, B] : [B, A];
  const turned = transposed !== (layout === 'mlx');
  return {
    kind: 'low-rank',
    scale,
    rank,
    left: { tensor: left, transposed: turned },
    right: { tensor: right, transposed: turned },
  };
}

function valueBelow({ checkpoint }: FineTune, name: string, tied?: TiedRoles) {
  if (checkpoint === undefined) return [dense(unknownValues(name))];
  const own = checkpoint.tensors.get(name);
  if (own !== undefined) return [dense(own)];
  const shared = name === tied?.head ? checkpoint.tensors.get(tied.embedding) : undefined;
  return shared === undefined ? undefined : [dense(shared)];
}

/**
 * With `ensure_weight_tying`, what was trained on the embedding was trained on the head too; trained tokens are rows of
 * both in any case (PEFT 0.21, `set_additional_trainable_modules`).
 */
function inherited(model: FineTune, name: string, tied?: TiedRoles): readonly Term[] | undefined {
  if (name !== tied?.head) return undefined;
  const tying = model.adapter?.config.ensureWeightTying === true && isEmbedTokens(tied.embedding);
  const rows = model.changes.get(tied.embedding)?.whole.some(({ role }) => role === 'rows') === true;
  if (!tying && !rows) return undefined;
  return model.checkpoint?.tensors.has(tied.head) === true ? undefined : valueOf(model, tied.embedding);
}

/** PEFT knows embeddings by this name alone; those of any other it leaves untied in spite of the field. */
function isEmbedTokens(tensor: string): boolean {
  return /(?:^|\.)embed_tokens\.weight$/.test(tensor);
}

function standsOnNothing({ label, path, checkpoint }: FineTune, name: string): ServerError {
  const problem = `"${label}" changes "${name}", which ${checkpoint?.path ?? 'its base'} does not have`;
  return new ServerError('unmatched-tensor', path, problem, { tensor: name });
}
