import { asMatrix, JobBuilder } from '../directions/jobBuilder.ts';
import type { Direction, DirectionTensor } from '../directions/term.ts';
import { tensorsOf } from '../directions/terms.ts';
import { ServerError } from '../errors.ts';
import type { Statistics, Work, WorkProgress } from '../work/job.ts';

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
  const items = new ProductItems(builder, directions);
  for (const name of items.names) items.add(name);
  const found = await work.run(builder.job([]), { signal, ...(report !== undefined && { report }) });
  return items.products(found);
}

/** The same as items of a job, for a job that does more on the same tensors: what it has just read is then still in memory. */
export class ProductItems {
  /** Tensors that one of the directions moves. */
  readonly names: readonly string[];
  readonly #builder: JobBuilder;
  readonly #directions: readonly Direction[];
  readonly #added: (Omit<TensorProducts, 'gram'> & { readonly item: number })[] = [];

  constructor(builder: JobBuilder, directions: readonly Direction[]) {
    this.#builder = builder;
    this.#directions = directions;
    this.names = namesOf(directions);
  }

  /** Adds the item of a tensor, one of `names`. */
  add(name: string): void {
    const movers = this.#directions.flatMap((direction, index) =>
      direction.tensors.has(name) ? [index] : [],
    );
    const tensors = this.#directions.flatMap((direction) => direction.tensors.get(name) ?? []);
    const matrix = asMatrix(sharedShape(tensors));
    const sums = tensors.map(({ terms }) => terms.map((term) => this.#builder.term(term)));
    const item = this.#builder.add({ kind: 'gram', name, ...matrix, sums });
    this.#added.push({ name, movers, item, elements: matrix.rows * matrix.columns });
  }

  /** Of the tensors that were added, from what the job's run has found. */
  products(found: ReadonlyMap<number, Statistics>): readonly TensorProducts[] {
    return this.#added.map(({ item, ...tensor }) => {
      const gram = found.get(item)?.gram ?? new Float64Array(tensor.movers.length ** 2);
      return { ...tensor, gram };
    });
  }
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
