import type { Dense, Factor, LowRank, Term } from './term.ts';
import { ServerError } from '../errors.ts';
import { isFloat } from '../tensors/dtype.ts';
import { packedProblem, type StoredTensor } from '../tensors/storedTensor.ts';
import type {
  DenseOperand,
  FactorOperand,
  Job,
  JobItem,
  JobTerm,
  LowRankOperand,
  Operand,
} from '../work/job.ts';

/** Collects items, and numbers their input files in order of first use. */
export class JobBuilder {
  readonly #inputs = new Map<string, number>();
  readonly #items: JobItem[] = [];

  /** Returns the number of the item, under which its statistics come back. */
  add(item: JobItem): number {
    return this.#items.push(item) - 1;
  }

  /** The number of an input file. */
  file(path: string): number {
    const known = this.#inputs.get(path);
    if (known !== undefined) return known;
    this.#inputs.set(path, this.#inputs.size);
    return this.#inputs.size - 1;
  }

  /** Fails with `unsupported-dtype` for what no arithmetic is done on. */
  operand({ name, file, offset, dtype, packed }: StoredTensor): Operand {
    if (isFloat(dtype) && packed === undefined) return { file: this.file(file), offset, dtype };
    const why =
      packed === undefined ? `has the dtype ${dtype}, which cannot be steered` : packedProblem(packed);
    const problem = `tensor "${name}" ${why}`;
    throw new ServerError('unsupported-dtype', file, problem, { tensor: name });
  }

  term(term: Term): JobTerm {
    switch (term.kind) {
      case 'dense':
        return this.#dense(term);
      case 'low-rank':
        return this.lowRank(term);
      case 'rescaled': {
        const { kind, scale, base, change, lengths, along } = term;
        const of = { base: this.#dense(base), change: this.lowRank(change) };
        return { kind, scale, ...of, lengths: this.operand(lengths), along };
      }
      case 'rows': {
        const { kind, scale, tensor, runs } = term;
        return { kind, scale, operand: this.operand(tensor), runs };
      }
      case 'experts': {
        const { kind, scale, rank, A, B, transposed } = term;
        const factors = { A: this.operand(A), B: this.operand(B) };
        const [experts, rows, columns] = term.shape;
        return { kind, scale, rank, experts, rows, columns, ...factors, transposed };
      }
    }
  }

  #dense({ scale, tensor }: Dense): DenseOperand {
    return { kind: 'dense', scale, operand: this.operand(tensor) };
  }

  lowRank({ scale, rank, left, right }: LowRank): LowRankOperand {
    return { kind: 'low-rank', scale, rank, left: this.factor(left), right: this.factor(right) };
  }

  factor({ tensor, transposed }: Factor): FactorOperand {
    const [rows = 1, columns = 1] = tensor.shape;
    return { operand: this.operand(tensor), rows, columns, transposed };
  }

  job(outputs: readonly string[]): Job {
    return { inputs: [...this.#inputs.keys()], outputs, items: this.#items };
  }
}

/** A tensor as rows × columns: the last dimension runs along a row; vectors and scalars are one row. */
export function asMatrix(shape: readonly number[]): { readonly rows: number; readonly columns: number } {
  const columns = shape.at(-1) ?? 1;
  return { rows: shape.slice(0, -1).reduce((product, size) => product * size, 1), columns };
}
