import { writeFile } from 'node:fs/promises';
import { openScratchFile, type ScratchFile } from '../../bytes/scratchFile.ts';
import { JobBuilder } from '../../directions/jobBuilder.ts';
import { isPlainFloat } from '../../tensors/computable.ts';
import type { StoredTensor } from '../../tensors/storedTensor.ts';
import type { FactorOperand, Work, WorkProgress } from '../../work/job.ts';
import { copyValues } from '../storedValues.ts';

/** Rows of the unembedding that are multiplied at once: some 30 MB of a wide one. */
const rowsAtOnce = 1024;

export interface ScoresOptions {
  readonly work: Work;
  readonly signal: AbortSignal;
  readonly report?: (progress: WorkProgress) => void;
}

/** A float32 matrix in a file, [rows, columns]. */
export interface Scores extends ScratchFile {
  readonly rows: number;
  readonly columns: number;
}

/** unembedding · direction for every token and each of some directions, [count, width]: a column for each. The unembedding passes by in pieces. */
export async function scoresOf(
  unembedding: StoredTensor,
  directions: Float32Array,
  { work, signal, report }: ScoresOptions,
): Promise<Scores> {
  const [rows = 0, width = 0] = unembedding.shape;
  const columns = width === 0 ? 0 : directions.length / width;
  await using sides = await openScratchFile(0);
  await writeFile(sides.path, directions, { signal });
  await using plain = await asPlain(unembedding, { work, signal });
  const scores = await openScratchFile(4 * rows * columns);
  try {
    const builder = new JobBuilder();
    const operand = { file: builder.file(sides.path), offset: 0, dtype: 'F32' as const };
    const right = { operand, rows: columns, columns: width, transposed: true };
    addItems(builder, plain.tensor, { columns, right });
    await work.run(builder.job([scores.path]), {
      signal,
      collects: false,
      ...(report !== undefined && { report }),
    });
    return { ...scores, rows, columns };
  } catch (error) {
    await scores[Symbol.asyncDispose]();
    throw error;
  }
}

/** An item for each run of rows, so that no more of the matrix is in memory. */
function addItems(
  builder: JobBuilder,
  tensor: StoredTensor,
  { columns, right }: { readonly columns: number; readonly right: FactorOperand },
): void {
  const [rows = 0, width = 0] = tensor.shape;
  const left = builder.plainOperand(tensor);
  const bytesPerRow = tensor.bytes / Math.max(1, rows);
  for (let start = 0; start < rows; start += rowsAtOnce) {
    const count = Math.min(rowsAtOnce, rows - start);
    const operand = { ...left, offset: left.offset + start * bytesPerRow };
    const factor = { operand, rows: count, columns: width, transposed: false };
    builder.add({
      kind: 'steer',
      name: tensor.name,
      rows: count,
      columns,
      fixed: [],
      moving: [{ kind: 'low-rank', scale: 1, rank: width, left: factor, right }],
      dtype: 'F32',
      places: [{ file: 0, offset: 4 * start * columns, strength: 1 }],
    });
  }
}

/** The tensor itself, or a copy of its values in float32 where the kernels would not multiply it as it lies. */
async function asPlain(
  tensor: StoredTensor,
  options: Pick<ScoresOptions, 'work' | 'signal'>,
): Promise<{ readonly tensor: StoredTensor } & AsyncDisposable> {
  if (isPlainFloat(tensor)) return { tensor, [Symbol.asyncDispose]: async () => {} };
  const { name, shape } = tensor;
  const bytes = 4 * shape.reduce((product, size) => product * size, 1);
  const scratch = await openScratchFile(bytes);
  try {
    await copyValues(tensor, { path: scratch.path, dtype: 'F32' }, options);
  } catch (error) {
    await scratch[Symbol.asyncDispose]();
    throw error;
  }
  const copy: StoredTensor = { name, shape, dtype: 'F32', file: scratch.path, offset: 0, bytes };
  return { tensor: copy, [Symbol.asyncDispose]: () => scratch[Symbol.asyncDispose]() };
}
