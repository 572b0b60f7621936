import type { Dense, Factor, LowRank, Term } from './term.ts';
import type { FloatDType } from '#protocol/tensors.ts';
import { ServerError } from '../errors.ts';
import { isComputable, isPlainFloat, whyNotComputable } from '../tensors/computable.ts';
import { isFloat } from '../tensors/dtype.ts';
import { packedProblem, type StoredTensor } from '../tensors/storedTensor.ts';
import { operandLayout } from './operandLayout.ts';
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
  operand(tensor: StoredTensor): Operand {
    const { name, file, offset } = tensor;
    if (isComputable(tensor)) {
      const layout = operandLayout(tensor);
      return { file: this.file(file), offset, dtype: tensor.dtype, ...(layout !== undefined && { layout }) };
    }
    const why =
      tensor.packed === undefined
        ? `${whyNotComputable(tensor)}, and cannot be steered`
        : packedProblem(tensor.packed);
    const problem = `tensor "${name}" ${why}`;
    throw new ServerError('unsupported-dtype', file, problem, { tensor: name });
  }

  /** What is copied as it is; `unsupported-dtype` for what does not lie as its shape says. */
  bytes(tensor: StoredTensor): { readonly file: number; readonly offset: number } {
    const { name, file, offset, layout } = tensor;
    if (layout === undefined || layout.kind === 'scaled') return { file: this.file(file), offset };
    const problem = `tensor "${name}" ${whyNotComputable(tensor)}, and cannot be copied; save it with contiguous()`;
    throw new ServerError('unsupported-dtype', file, problem, { tensor: name });
  }

  /** The same, for what the kernels read as it is: factors, and what is compared bit by bit. */
  plainOperand(tensor: StoredTensor): Operand<FloatDType> {
    const { name, file, offset, dtype } = tensor;
    if (isPlainFloat(tensor)) return { file: this.file(file), offset, dtype: tensor.dtype };
    const why = isFloat(dtype) ? whyNotComputable(tensor) : undefined;
    const problem =
      why === undefined
        ? `tensor "${name}" has the dtype ${dtype}; only F64, F32, F16 and BF16 can be multiplied`
        : `tensor "${name}" ${why}, and cannot be multiplied; save it with contiguous()`;
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
        const stored = { kind: base.kind, scale: base.scale, operand: this.plainOperand(base.tensor) };
        const of = { base: stored, change: this.lowRank(change) };
        return { kind, scale, ...of, lengths: this.plainOperand(lengths), along };
      }
      case 'rows': {
        const { kind, scale, tensor, runs } = term;
        return { kind, scale, operand: this.plainOperand(tensor), runs };
      }
      case 'experts': {
        const { kind, scale, rank, A, B, transposed } = term;
        const factors = { A: this.plainOperand(A), B: this.plainOperand(B) };
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
    return { operand: this.plainOperand(tensor), rows, columns, transposed };
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
