import { ServerError } from '../errors.ts';
import { isFloat } from '../tensors/dtype.ts';
import { quote } from '../tensors/jsonScanner.ts';
import type { StoredTensor } from '../tensors/storedTensor.ts';
import type { Adapter, AdapterFactors, AdapterTensor, Checkpoint } from './model.ts';
import { matchParameters } from './matchParameters.ts';
import { ruleFor } from './nameRule.ts';
import { isTransposed } from './orientation.ts';
import { withSharedCopies } from './tiedCopies.ts';
import { partsOf, shapeOfChange } from './factorParts.ts';
import { isHead, tiedRolesOf } from './tiedRoles.ts';
import { hasTokenRows, rowsApart } from './vocabularyRows.ts';
import { withoutTwins } from './tiedTwins.ts';

/**
 * The adapter with the checkpoint's names, all of it fitting. A tied checkpoint has a head under its name too; what
 * `ensure_weight_tying` trained there as in the embedding is left out, once being enough. Errors:
 * `unmatched-tensor` where no way, or more than one, turns the names into the checkpoint's; `shape-mismatch`;
 * `unsupported-dtype`.
 */
export function matchAdapter(adapter: Adapter, checkpoint: Checkpoint, options: MatchOptions = {}): Adapter {
  const base = tensorsOf(checkpoint);
  const rename = renaming(adapter, checkpoint, base);
  const factors = adapter.factors.map((factor) => {
    const tensor = rename(factor.tensor);
    const named = { ...factor, tensor, module: tensor.slice(0, -'.weight'.length) };
    return oriented(named, { adapter, checkpoint, base });
  });
  const whole = adapter.whole.map((part) => {
    const named = { ...part, tensor: rename(part.tensor) };
    checkWhole(named, checkpoint, { base, ...options });
    return named;
  });
  const parameters = matchParameters(adapter, { checkpoint, tensors: base, rename });
  for (const { A, B } of parameters.experts) for (const part of [A, B]) checkDtype(part);
  const tied = tiedRolesOf(checkpoint);
  const shared = withSharedCopies({ ...adapter, whole }, tied);
  const changes = withoutTwins({ ...adapter, factors, whole: shared }, tied);
  return {
    ...adapter,
    ...changes,
    factors: [...changes.factors, ...parameters.factors],
    parameters: [],
    experts: parameters.experts,
  };
}

export interface MatchOptions {
  /** Embeddings and heads that are held whole may have other numbers of rows than the checkpoint's. */
  readonly resized?: boolean;
}

interface Match {
  readonly adapter: Adapter;
  readonly checkpoint: Checkpoint;
  readonly base: ReadonlyMap<string, StoredTensor>;
}

/** With the head that a tied checkpoint does not store. */
function tensorsOf(checkpoint: Checkpoint): ReadonlyMap<string, StoredTensor> {
  const tied = tiedRolesOf(checkpoint);
  const shared = tied === undefined ? undefined : checkpoint.tensors.get(tied.embedding);
  if (tied === undefined || shared === undefined) return checkpoint.tensors;
  return new Map([...checkpoint.tensors, [tied.head, shared]]);
}

/** Added biases are looked at later, since a layer without one is another mistake. A head has no prefix to lose. */
function renaming(
  { whole, factors, parameters = [], path }: Adapter,
  checkpoint: Checkpoint,
  base: Match['base'],
) {
  const replaced = whole.filter(({ role }) => role !== 'add');
  // With fewer pairs than candidates, some of these may not be there.
  const certain = parameters.filter(({ pairs, candidates }) => pairs.length === candidates.length);
  const bare = certain.flatMap(({ candidates }) => candidates);
  const names = new Set([...factors, ...replaced, ...bare].map(({ tensor }) => tensor));
  const keeps = (name: string) => isHead(name) && base.has(name);
  const rule = ruleFor(
    [...names].filter((name) => !keeps(name)),
    new Set(base.keys()),
  );
  if (typeof rule === 'string') {
    const problem = `does not fit ${checkpoint.path}: ${rule}${apart(parameters, base)}`;
    throw new ServerError('unmatched-tensor', path, problem);
  }
  return (name: string) => (keeps(name) ? name : (rule.rename(name) ?? name));
}

/** Mixtures of experts are stored one by one by some models that are loaded as one tensor, which is what PEFT has seen. */
function apart(parameters: NonNullable<Adapter['parameters']>, base: Match['base']): string {
  const isApart = [...base.keys()].some((name) => /\.experts\.\d+\./.test(name));
  if (parameters.length === 0 || !isApart) return '';
  return '; this base stores its experts one by one, and target_parameters is for tensors that hold all of them: merge the adapter with PEFT (merge_and_unload) and use the merged checkpoint';
}

function oriented(factor: AdapterFactors, { adapter, checkpoint, base }: Match): AdapterFactors {
  const { B, module, tensor, embedding, magnitude, layout } = factor;
  for (const part of partsOf(factor)) checkDtype(part);
  const stored = base.get(tensor);
  const change = shapeOfChange(factor);
  const { fanInFanOut } = adapter.config;
  const shape = stored?.shape ?? [];
  const transposed =
    embedding || isTransposed({ config: checkpoint.config, module, shape, change, fanInFanOut });
  checkShape(B, transposed ? change.toReversed() : change, { tensor, stored, checkpoint });
  // MLX rescales rows of an embedding too, PEFT its columns.
  const along = transposed && !(embedding && layout === 'mlx') ? 'columns' : 'rows';
  return { ...factor, transposed, ...(magnitude !== undefined && { magnitude: { ...magnitude, along } }) };
}

function checkWhole(
  { stored, tensor, role, rows }: AdapterTensor,
  checkpoint: Checkpoint,
  { base, resized = false }: Pick<Match, 'base'> & MatchOptions,
): void {
  checkDtype(stored);
  const target = base.get(tensor);
  if (target === undefined && role === 'add') {
    const problem = `${quote(stored.name)} adds to ${quote(tensor)}, but the layer has no bias in ${checkpoint.path}`;
    throw new ServerError('unmatched-tensor', stored.file, problem, { tensor: stored.name });
  }
  const [height = 0] = target?.shape ?? [];
  const beyond = rows?.find((row) => row >= height);
  if (beyond !== undefined) {
    const problem = `${quote(stored.name)} replaces row ${beyond} of ${quote(tensor)}, but it is [${target?.shape.join(', ')}] in ${checkpoint.path}`;
    throw new ServerError('shape-mismatch', stored.file, problem, { tensor });
  }
  const ownHeight = rows !== undefined || (resized && role === 'replace' && hasTokenRows(tensor));
  const shape = ownHeight ? [height, ...stored.shape.slice(1)] : stored.shape;
  checkShape(stored, shape, { tensor, stored: target, checkpoint });
}

function checkDtype({ name, dtype, file }: StoredTensor): void {
  if (isFloat(dtype)) return;
  const problem = `${quote(name)} is ${dtype}; only F64, F32, F16 and BF16 can be computed with`;
  throw new ServerError('unsupported-dtype', file, problem, { tensor: name });
}

interface Target {
  readonly tensor: string;
  readonly stored: StoredTensor | undefined;
  readonly checkpoint: Checkpoint;
}

function checkShape(
  from: StoredTensor,
  shape: readonly number[],
  { tensor, stored, checkpoint }: Target,
): void {
  if (stored?.shape.join() === shape.join()) return;
  const found = `[${shape.join(', ')}]`;
  const there = `[${stored?.shape.join(', ')}] in ${checkpoint.path}`;
  const problem = `${quote(from.name)} is made for ${quote(tensor)} of the shape ${found}, but it is ${there}${rowsApart(tensor, shape, stored?.shape ?? [])}`;
  throw new ServerError('shape-mismatch', from.file, problem, { tensor });
}
