import type { FloatDType } from '#protocol/tensors.ts';
import { openScratchFile } from '../bytes/scratchFile.ts';
import { asMatrix, JobBuilder } from '../directions/jobBuilder.ts';
import type { DirectionTensor } from '../directions/term.ts';
import { isDense, isLowRank } from '../directions/terms.ts';
import { isPlainFloat } from '../tensors/computable.ts';
import type { Job, Operand, Statistics, Work, WorkProgress } from '../work/job.ts';
import type { DecomposeItem, VectorsWanted } from '../work/spectrumItems.ts';
import { type Decomposition, toDecomposition } from './decomposition.ts';
import { itemsAsTheyCome } from './itemsAsTheyCome.ts';

/** Larger matrices, by their small side, have their leading singular values only: of 4,096 a Gram matrix takes 134 MB. */
const largestExact = 4096;
/** Elements up to which w is multiplied out in float64; larger tensors in float32, which moves σ by 6·10⁻⁸·‖w‖ at most. */
const mostInFloat64 = 2 ** 22;
/** Bytes of tensors that are multiplied out at once, so that all threads have something to do. */
const batchBytes = 2 ** 30;
const mostInBatch = 8;

export interface DecomposeOptions {
  readonly work: Work;
  readonly signal: AbortSignal;
  /** Absent: singular values only. */
  readonly vectors?: VectorsWanted;
  /** Called with the index of each tensor that has elements, once, in no order. */
  readonly done: (index: number, decomposition: Decomposition) => void;
  /** A state, in bytes that pass through the memory. */
  readonly report?: ((progress: WorkProgress) => void) | undefined;
}

/** Whether there is a spectrum: of factors, and of what is a matrix. Of stacks of experts there is none. */
export function isDecomposable({ terms, shape }: DirectionTensor): boolean {
  return terms.every(isLowRank) || shape.length === 2;
}

/** Multiplications that the singular values of a tensor take, about; 0 for factors, whose take next to none. */
export function costOf({ terms, shape }: DirectionTensor): number {
  const { rows, columns } = asMatrix(shape);
  const small = Math.min(rows, columns);
  return terms.every(isLowRank) ? 0 : small * small * (Math.max(rows, columns) + small);
}

/** What `report` counts up to. */
export function bytesOf(tensors: readonly DirectionTensor[]): number {
  const parts = tensors.map((tensor, index) => ({ index, tensor }));
  return parts.reduce((sum, part) => sum + (part.tensor.terms.every(isLowRank) ? 1 : 2) * sizeOf([part]), 0);
}

/**
 * Singular values, and vectors where they are wanted, of w on tensors that are decomposable: from factors as they are;
 * what is dense is multiplied out into a file first. Errors: those of reading and of the disk.
 */
export async function decompose(
  tensors: readonly DirectionTensor[],
  { work, signal, vectors, done, report }: DecomposeOptions,
): Promise<void> {
  const parts = tensors.map((tensor, index) => ({ index, tensor }));
  const factored = parts.filter(({ tensor }) => tensor.terms.every(isLowRank));
  const batches = inBatches(parts.filter(({ tensor }) => !tensor.terms.every(isLowRank)));
  const total = bytesOf(tensors);
  let before = 0;
  const run = async (job: Job, size: number, onUnit?: ReturnType<typeof itemsAsTheyCome>) => {
    await work.run(job, {
      signal,
      collects: false,
      ...(onUnit !== undefined && { onUnit }),
      report: (part) => report?.({ done: before + (size * part.done) / Math.max(1, part.total), total }),
    });
    before += size;
  };
  const wanted = vectors === undefined ? {} : { vectors };
  await factors(factored, { run, wanted, done });
  for (const batch of batches) await multipliedOut(batch, { run, wanted, done });
}

interface Part {
  readonly index: number;
  readonly tensor: DirectionTensor;
}

interface Running extends Pick<DecomposeOptions, 'done'> {
  readonly run: (job: Job, size: number, onUnit?: ReturnType<typeof itemsAsTheyCome>) => Promise<void>;
  readonly wanted: { readonly vectors?: VectorsWanted };
}

async function factors(parts: readonly Part[], { run, wanted, done }: Running): Promise<void> {
  if (parts.length === 0) return;
  const builder = new JobBuilder();
  for (const { tensor } of parts) {
    const terms = tensor.terms.filter(isLowRank).map((term) => builder.lowRank(term));
    builder.add({ kind: 'spectrum', name: tensor.name, ...asMatrix(tensor.shape), terms, ...wanted });
  }
  const job = builder.job([]);
  await run(job, sizeOf(parts), itemsAsTheyCome(job, tell(parts, done)));
}

async function multipliedOut(batch: readonly Part[], { run, wanted, done }: Running): Promise<void> {
  const builder = new JobBuilder();
  const layout = layOut(batch.filter(({ tensor }) => storedAlone(tensor) === undefined));
  await using scratch = await openScratchFile(layout.bytes);
  for (const { tensor, dtype, offset } of layout.places) {
    builder.add({
      kind: 'steer',
      name: tensor.name,
      ...asMatrix(tensor.shape),
      fixed: [],
      moving: tensor.terms.map((term) => builder.term(term)),
      dtype,
      places: [{ file: 0, offset, strength: 1 }],
    });
  }
  if (layout.places.length > 0) await run(builder.job([scratch.path]), sizeOf(batch));
  const next = new JobBuilder();
  for (const part of batch) next.add({ ...toItem(next, part, { ...layout, path: scratch.path }), ...wanted });
  const job = next.job([]);
  await run(job, sizeOf(batch), itemsAsTheyCome(job, tell(batch, done)));
}

interface Layout {
  readonly bytes: number;
  readonly places: readonly (Part & { readonly dtype: 'F32' | 'F64'; readonly offset: number })[];
}

function layOut(parts: readonly Part[]): Layout {
  let bytes = 0;
  const places = parts.map((part) => {
    const { rows, columns } = asMatrix(part.tensor.shape);
    const dtype = rows * columns <= mostInFloat64 ? ('F64' as const) : ('F32' as const);
    const offset = bytes;
    bytes += rows * columns * (dtype === 'F64' ? 8 : 4);
    return { ...part, dtype, offset };
  });
  return { bytes, places };
}

/** The operand where all of w on a tensor is a multiple of stored values that the kernels read as they are. */
function storedAlone({ terms }: DirectionTensor) {
  const [only] = terms;
  if (terms.length !== 1 || only === undefined || !isDense(only)) return undefined;
  return isPlainFloat(only.tensor) ? only : undefined;
}

function toItem(
  builder: JobBuilder,
  { index, tensor }: Part,
  { places, path }: Layout & { readonly path: string },
): DecomposeItem {
  const { name, shape } = tensor;
  const common = { kind: 'decompose', name, ...asMatrix(shape), exactUpTo: largestExact } as const;
  const alone = storedAlone(tensor);
  if (alone !== undefined)
    return { ...common, operand: builder.plainOperand(alone.tensor), scale: alone.scale };
  const place = places.find((one) => one.index === index);
  if (place === undefined) throw new Error(`"${name}" has not been multiplied out.`);
  const operand: Operand<FloatDType> = { file: builder.file(path), offset: place.offset, dtype: place.dtype };
  return { ...common, operand, scale: 1 };
}

function tell(parts: readonly Part[], done: DecomposeOptions['done']) {
  return (item: number, statistics: Statistics) => {
    const part = parts[item];
    if (part === undefined) return;
    const { terms, shape } = part.tensor;
    const { rows, columns } = asMatrix(shape);
    const isRounded = storedAlone(part.tensor) === undefined && rows * columns > mostInFloat64;
    done(part.index, toDecomposition(statistics, { hasFactors: terms.every(isLowRank), isRounded }));
  };
}

function inBatches(parts: readonly Part[]): readonly (readonly Part[])[] {
  const batches: Part[][] = [];
  for (const part of parts) {
    const last = batches.at(-1);
    const isFull = last === undefined || last.length >= mostInBatch || sizeOf([...last, part]) > batchBytes;
    if (isFull) batches.push([part]);
    else last.push(part);
  }
  return batches;
}

/** Bytes of the tensors in float32, or of their factors. */
function sizeOf(parts: readonly Part[]): number {
  return parts.reduce((sum, { tensor }) => {
    const { rows, columns } = asMatrix(tensor.shape);
    const ranks = tensor.terms.reduce((rank, term) => rank + (isLowRank(term) ? term.rank : 0), 0);
    return sum + 4 * (tensor.terms.every(isLowRank) ? (rows + columns) * ranks : rows * columns);
  }, 0);
}
