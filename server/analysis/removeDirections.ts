import type { RemovalReport, RemovedDirection } from '#protocol/rollups.ts';
import { apart, restricted, settled } from '../directions/algebra.ts';
import type { TiedRoles } from '../directions/fineTune.ts';
import type { Direction, DirectionTensor } from '../directions/term.ts';
import { scaledTerms, simplified } from '../directions/terms.ts';
import { ServerError } from '../errors.ts';
import type { Work, WorkProgress } from '../work/job.ts';
import { finite } from './finite.ts';
import { innerProducts, type TensorProducts } from './innerProducts.ts';
import { type DependentVector, project } from './projection.ts';
import { cosineOf, pairSums, type PairSums } from './similaritySlice.ts';

/** A direction u, and how it is taken out. */
export interface Removable {
  /** As the recipe names it. */
  readonly reference: string;
  /** Absolute, for messages. */
  readonly path: string;
  readonly direction: Direction;
  readonly per: 'model' | 'tensor';
}

export interface RemoveOptions {
  readonly work: Work;
  /** The base's, where it ties its embeddings. */
  readonly tied: TiedRoles | undefined;
  readonly signal: AbortSignal;
  /** A state: the last one wins. */
  readonly report?: ((progress: WorkProgress) => void) | undefined;
}

/** Of ‖w‖²: what is left below this is rounding. */
const rounding = 1e-14;

/**
 * w less its orthogonal projection onto the span of other directions, in terms: factors stay factors, and ranks add. Of each u
 * only what lies on tensors that w moves is subtracted, so that w comes to move no others; it is orthogonal to all of u all the same.
 * `invalid-direction` for a u that is zero, and where one lies in the span of the others to 1e-10; `not-finite`; `shape-mismatch`.
 */
export async function removeDirections(
  direction: Direction,
  removables: readonly Removable[],
  { tied, ...options }: RemoveOptions,
): Promise<{ readonly direction: Direction; readonly report: RemovalReport }> {
  const [w = direction, ...us] = alike([direction, ...removables.map((each) => each.direction)], tied);
  const products = await innerProducts([w, ...us], options);
  const count = 1 + us.length;
  const sums = pairSums(products, count);
  refuseOdd(sums, w, removables);
  const moved = products.filter(({ name }) => w.tensors.has(name));
  const perTensor = new Set(removables.flatMap(({ per }, index) => (per === 'tensor' ? [index + 1] : [])));
  const projection = project(moved, { count, perTensor });
  if ('dependent' in projection) throw dependent(projection, removables);
  const { squares, removed, coefficients, onTensor } = projection;
  const isNothing = squares - removed <= rounding * squares;
  const left = isNothing ? restricted(w, () => false) : subtracted(w, us, onTensor);
  const after = pairSums(await innerProducts([left, ...us], options), count);
  const reports = removables.map(({ reference, per }, index): RemovedDirection => ({
    direction: reference,
    per,
    cosineBefore: finite(cosineOf(sums, 0, index + 1)),
    cosineAfter: finite(cosineOf(after, 0, index + 1)),
    coefficient: per === 'tensor' ? null : (coefficients[index + 1] ?? null),
    ...tensorCounts(products, index + 1),
  }));
  const share = squares === 0 ? 0 : finite(Math.min(1, removed / squares));
  return {
    direction: settled(left, tied),
    report: { name: direction.name, share: isNothing && squares > 0 ? 1 : share, removed: reports },
  };
}

/** Where one of them moves a tied head apart, all have it as a tensor of its own. */
export function alike(directions: readonly Direction[], tied: TiedRoles | undefined): readonly Direction[] {
  if (tied === undefined || !directions.some(({ untied }) => untied)) return directions;
  return directions.map((each) => apart(each, tied));
}

function subtracted(
  w: Direction,
  us: readonly Direction[],
  onTensor: (name: string) => readonly number[],
): Direction {
  const tensors = new Map<string, DirectionTensor>();
  for (const [name, tensor] of w.tensors) {
    const [, ...coefficients] = onTensor(name);
    const others = us.flatMap((u, index) =>
      scaledTerms(u.tensors.get(name)?.terms ?? [], -(coefficients[index] ?? 0)),
    );
    const terms = simplified([...tensor.terms, ...others]);
    if (terms.length > 0) tensors.set(name, { ...tensor, terms });
  }
  return { ...w, tensors };
}

function tensorCounts(products: readonly TensorProducts[], vector: number) {
  const having = (of: number, without: number) =>
    products.filter(({ movers }) => movers.includes(of) && !movers.includes(without)).length;
  const both = products.filter(({ movers }) => movers.includes(0) && movers.includes(vector)).length;
  return { tensors: both, untouched: having(0, vector), leftOut: having(vector, 0) };
}

function refuseOdd(sums: PairSums, w: Direction, removables: readonly Removable[]): void {
  const squaresOf = (vector: number) => sums.products[vector * (sums.count + 1)] ?? 0;
  if (!Number.isFinite(squaresOf(0))) {
    const problem = 'has values that are NaN or infinite, so nothing can be projected out of it';
    throw new ServerError('not-finite', w.name, problem);
  }
  for (const [index, { path, reference }] of removables.entries()) {
    const squares = squaresOf(index + 1);
    if (!Number.isFinite(squares)) {
      const problem = `\`remove: ${reference}\` has values that are NaN or infinite, so it cannot be projected out`;
      throw new ServerError('not-finite', path, problem);
    }
    if (squares > 0) continue;
    const problem = `\`remove: ${reference}\` is zero, so there is nothing to project out; take it out of the list`;
    throw new ServerError('invalid-direction', path, problem);
  }
}

function dependent(
  { dependent: vector, tensor }: DependentVector,
  removables: readonly Removable[],
): ServerError {
  const { reference = '', path = '' } = removables[vector - 1] ?? {};
  const others = removables.filter((_, index) => index !== vector - 1).map((each) => each.reference);
  const where = tensor === undefined ? '' : ` on "${tensor}"`;
  const problem = `\`remove: ${reference}\` lies in the span of ${others.join(', ')}${where} (to 10⁻¹⁰ of its square), so coefficients would be arbitrary; take one of them out of the list`;
  return new ServerError('invalid-direction', path, problem, tensor === undefined ? {} : { tensor });
}
