import type { Cache } from '../bytes/cache.ts';
import { asMatrix, JobBuilder } from '../directions/jobBuilder.ts';
import { isTurned } from '../directions/isTurned.ts';
import type { Direction, DirectionTensor } from '../directions/term.ts';
import { isLowRank, tensorsOf, totalRank } from '../directions/terms.ts';
import type { Truncated, Truncation } from '../directions/truncation.ts';
import { ServerError } from '../errors.ts';
import type { Checkpoint } from '../models/model.ts';
import { isConvolution } from '../models/orientation.ts';
import type { Work, WorkProgress } from '../work/job.ts';
import { decompose, isDecomposable } from './decompose.ts';
import { type Decomposition, tailSquares } from './decomposition.ts';
import { finite } from './finite.ts';
import { FileStates, findKept, keep, keyOf, type Kept } from './truncatedFactors.ts';

/** Tensors whose vectors are in memory together. */
const atOnce = 8;

export interface TruncateOptions {
  /** Asked for where something has to be computed. */
  readonly work: () => Promise<Work>;
  readonly cache: Cache;
  /** Of the model that the direction is for, where there is one: its classes of modules. */
  readonly config: Checkpoint['config'];
  readonly signal: AbortSignal;
  /** A state: tensors that are done. */
  readonly report?: ((progress: WorkProgress) => void) | undefined;
}

/**
 * The best approximation of w of a lower rank, tensor by tensor (Eckart and Young 1936): leading singular vectors become
 * factors in the cache. Vectors such as norms and biases stay as they are. Refused by name and with figures, as
 * `unsupported-truncation`, are stacks of experts, and dense matrices that need more vectors than are computed of such;
 * `not-finite` what has no singular values.
 */
export async function truncateDirection(
  direction: Direction,
  truncation: Truncation,
  options: TruncateOptions,
): Promise<Truncated> {
  const tensors = [...direction.tensors.values()];
  for (const tensor of tensors) refuseStack(tensor);
  const kept = await keptOf(tensors.filter(isMatrix), truncation, options);
  const others = tensors.filter((tensor) => !isMatrix(tensor));
  const left = new Map<string, DirectionTensor>();
  for (const tensor of tensors) {
    const found = kept.get(tensor);
    if (found !== undefined && found.squares === 0) continue;
    left.set(tensor.name, found?.term === undefined ? tensor : { ...tensor, terms: [found.term] });
  }
  const sums = [...kept.values()];
  const tail = sums.reduce((sum, one) => sum + one.tail, 0);
  const squares = sums.reduce((sum, one) => sum + one.squares, await squaresOf(others, options));
  const ranks = [...kept].map(([{ terms }, { term }]) => term?.rank ?? totalRank(terms));
  return {
    direction: { ...direction, tensors: left },
    report: {
      name: direction.name,
      relativeError: squares === 0 ? 0 : finite(Math.sqrt(tail / squares)),
      rank: ranks.reduce((most, rank) => Math.max(most, rank), 0),
    },
  };
}

function isMatrix(tensor: DirectionTensor): boolean {
  return tensor.shape.length === 2 || (isDecomposable(tensor) && tensor.shape.length > 1);
}

interface Missing {
  readonly tensor: DirectionTensor;
  readonly key: readonly unknown[];
  readonly turned: boolean;
}

/** Whether the module keeps its weight as [in, out], as its factors say, or its class: adapters must know. */
function isKeptTurned({ name, terms }: DirectionTensor, config: Checkpoint['config']): boolean {
  const factors = terms.find(isLowRank);
  if (factors !== undefined) return isTurned(factors.left);
  return isConvolution({ config, module: name.replace(/\.weight$/, '') });
}

async function keptOf(
  tensors: readonly DirectionTensor[],
  truncation: Truncation,
  { work, cache, config, signal, report }: TruncateOptions,
): Promise<ReadonlyMap<DirectionTensor, Kept>> {
  const kept = new Map<DirectionTensor, Kept>();
  const missing: Missing[] = [];
  const files = new FileStates(signal);
  for (const tensor of tensors) {
    const turned = isKeptTurned(tensor, config);
    const key = await keyOf(tensor, truncation, { turned, files });
    const known = await findKept(cache, key, signal);
    if (known === undefined) missing.push({ tensor, key, turned });
    else kept.set(tensor, known);
  }
  for (let start = 0; start < missing.length; start += atOnce) {
    const batch = missing.slice(start, start + atOnce);
    report?.({ done: start, total: missing.length });
    const found = await decomposed(
      batch.map(({ tensor }) => tensor),
      truncation,
      { work: await work(), signal },
    );
    for (const [index, { tensor, key, turned }] of batch.entries()) {
      const decomposition = found[index];
      if (decomposition === undefined) continue; // Without elements.
      kept.set(
        tensor,
        await keep(cache, key, { ...approximated(tensor, decomposition, truncation), turned, signal }),
      );
    }
  }
  return kept;
}

async function decomposed(
  tensors: readonly DirectionTensor[],
  { rank, energy }: Truncation,
  options: { readonly work: Work; readonly signal: AbortSignal },
): Promise<readonly (Decomposition | undefined)[]> {
  const found: (Decomposition | undefined)[] = tensors.map(() => undefined);
  const vectors = { ...(rank !== undefined && { rank }), ...(energy !== undefined && { energy }) };
  await decompose(tensors, {
    ...options,
    vectors,
    done: (index, decomposition) => (found[index] = decomposition),
  });
  return found;
}

function approximated(tensor: DirectionTensor, decomposition: Decomposition, truncation: Truncation) {
  const { squares, vectors } = decomposition;
  const { name, terms } = tensor;
  if (!Number.isFinite(squares)) {
    const problem = `the direction has values on "${name}" that are NaN or infinite, so it cannot be cut to a lower rank`;
    throw new ServerError('not-finite', fileOf(tensor), problem, { tensor: name });
  }
  const { rank = Infinity, energy } = truncation;
  const isAll = energy === undefined && terms.every(isLowRank) && totalRank(terms) <= rank;
  if (isAll || squares === 0) return { vectors: undefined, squares, tail: 0 };
  const count = vectors?.values.length ?? 0;
  const tail = tailSquares(decomposition, count);
  if (vectors === undefined || !isEnough(decomposition, { rank, energy, count, tail }))
    throw tooMany(tensor, decomposition, truncation);
  return { vectors, squares, tail };
}

/** What is left out beyond the wanted is rounding. */
const rounding = 1e-13;

function isEnough(
  { squares }: Decomposition,
  {
    rank,
    energy,
    count,
    tail,
  }: {
    readonly rank: number;
    readonly energy: number | undefined;
    readonly count: number;
    readonly tail: number;
  },
): boolean {
  const most = Math.max(rounding, energy === undefined ? 0 : 1 - energy + rounding);
  return count >= rank || tail <= most * squares;
}

function tooMany(
  tensor: DirectionTensor,
  { singularValues, squares, source, vectors }: Decomposition,
  { rank, energy }: Truncation,
): ServerError {
  const { rows, columns } = asMatrix(tensor.shape);
  const found = vectors?.values.length ?? 0;
  let sum = 0;
  const needed = singularValues.findIndex((value) => (sum += value ** 2) >= (energy ?? 1) * squares) + 1;
  const wanted = Math.min(rank ?? Infinity, needed === 0 ? Infinity : needed);
  const many = Number.isFinite(wanted) ? String(wanted) : `more than ${singularValues.length}`;
  const asked = [
    ...(rank === undefined ? [] : [`rank: ${rank}`]),
    ...(energy === undefined ? [] : [`energy: ${energy}`]),
  ].join(', ');
  const limit = source === 'randomised' ? Math.max(found, 64) : 256;
  const problem = `${asked} needs ${many} singular vectors of "${tensor.name}" [${rows}, ${columns}], and of a dense matrix of this size ${limit} are computed at most; name a lower rank, or leave the tensor out`;
  return new ServerError('unsupported-truncation', fileOf(tensor), problem, { tensor: tensor.name });
}

function refuseStack(tensor: DirectionTensor): void {
  const { name, shape } = tensor;
  if (shape.length <= 2 || isDecomposable(tensor)) return;
  const problem = `"${name}" [${shape.join(', ')}] is a stack of matrices, of which no lower rank is computed; leave it out (exclude: …), or do without rank and energy`;
  throw new ServerError('unsupported-truncation', fileOf(tensor), problem, { tensor: name });
}

function fileOf({ name, terms }: DirectionTensor): string {
  return terms.flatMap(tensorsOf)[0]?.file ?? name;
}

/** ‖w‖² on what stays as it is. */
async function squaresOf(
  tensors: readonly DirectionTensor[],
  { work, signal }: TruncateOptions,
): Promise<number> {
  if (tensors.length === 0) return 0;
  const builder = new JobBuilder();
  for (const { name, shape, terms } of tensors) {
    builder.add({
      kind: 'steer',
      name,
      ...asMatrix(shape),
      fixed: [],
      moving: terms.map((term) => builder.term(term)),
      dtype: 'F32',
      places: [],
    });
  }
  const engine = await work();
  const statistics = await engine.run(builder.job([]), { signal });
  return [...statistics.values()].reduce((sum, { movingSquares }) => sum + movingSquares, 0);
}
