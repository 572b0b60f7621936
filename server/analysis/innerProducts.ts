import { asMatrix, JobBuilder } from '../directions/jobBuilder.ts';
import type { Direction, DirectionTensor } from '../directions/term.ts';
import { tensorsOf } from '../directions/terms.ts';
import { ServerError } from '../errors.ts';
import type { Work, WorkProgress } from '../work/job.ts';

/** One tensor, and what the directions that move it have in common there. */
export interface TensorProducts {
  readonly name: string;
  /** Rows times columns. */
  readonly elements: number;
  /** Numbers of the directions that move it, ascending. */
  readonly movers: readonly number[];
  /** ⟨X, Y⟩ of every two movers, row by row; NaN where a value is not finite. */
  readonly gram: Float64Array;
}

export interface ProductOptions {
  readonly work: Work;
  readonly signal: AbortSignal;
  /** A state: the last one wins. */
  readonly report?: ((progress: WorkProgress) => void) | undefined;
}

/**
 * Inner products of all pairs of directions on every tensor, each tensor gone through once for all of them.
 * `shape-mismatch` where they are of different models.
 */
export async function innerProducts(
  directions: readonly Direction[],
  { work, signal, report }: ProductOptions,
): Promise<readonly TensorProducts[]> {
  const builder = new JobBuilder();
  const planned = namesOf(directions).map((name) => {
    const movers = directions.flatMap((direction, index) => (direction.tensors.has(name) ? [index] : []));
    const tensors = directions.flatMap((direction) => direction.tensors.get(name) ?? []);
    const matrix = asMatrix(sharedShape(tensors));
    const sums = tensors.map(({ terms }) => terms.map((term) => builder.term(term)));
    const item = builder.add({ kind: 'gram', name, ...matrix, sums });
    return { name, movers, item, elements: matrix.rows * matrix.columns };
  });
  const found = await work.run(builder.job([]), { signal, ...(report !== undefined && { report }) });
  return planned.map(({ item, ...tensor }) => {
    const gram = found.get(item)?.gram ?? new Float64Array(tensor.movers.length ** 2);
    return { ...tensor, gram };
  });
}

function namesOf(directions: readonly Direction[]): readonly string[] {
  return [...new Set(directions.flatMap(({ tensors }) => [...tensors.keys()]))];
}

function sharedShape(tensors: readonly DirectionTensor[]): readonly number[] {
  const [first, ...others] = tensors;
  const shape = first?.shape ?? [];
  const other = others.find((tensor) => tensor.shape.join() !== shape.join());
  if (other === undefined) return shape;
  const file = other.terms.flatMap(tensorsOf)[0]?.file ?? other.name;
  const problem = `tensor "${other.name}" is [${other.shape.join(', ')}] here and [${shape.join(', ')}] in another subject; they are of different models`;
  throw new ServerError('shape-mismatch', file, problem, { tensor: other.name });
}
