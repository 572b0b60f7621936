import type { DType, RoundedDType } from '#protocol/tensors.ts';
import type { Recipe } from '../../recipes/recipe.ts';
import { asMatrix, JobBuilder } from '../../directions/jobBuilder.ts';
import { kept } from '../../directions/kept.ts';
import { bytesOf, isRounded } from '../../tensors/dtype.ts';
import type { Job } from '../../work/job.ts';
import type { LaidOut } from './checkpointLayout.ts';
import { survivalPair } from '../../directions/survivalPair.ts';

export interface CheckpointJob {
  readonly tensors: readonly LaidOut[];
  /** How many files each output has. */
  readonly files: number;
  readonly strengths: readonly number[];
  readonly rounding: Pick<Recipe['output'], 'rounding' | 'seed'>;
}

/** One item per tensor: copied where no bit can change, else steered for all strengths from one read. */
export function checkpointJob(request: CheckpointJob): Omit<Job, 'outputs'> {
  const builder = new JobBuilder();
  for (const laidOut of request.tensors) addTensor(builder, laidOut, request);
  return builder.job([]);
}

function addTensor(
  builder: JobBuilder,
  laidOut: LaidOut,
  { files, strengths, ...request }: CheckpointJob,
): void {
  const { tensor, dtype, offset } = laidOut;
  const places = strengths.map((strength, output) => ({
    file: output * files + laidOut.file,
    offset,
    strength,
  }));
  const copied = kept(places, ({ strength }) => isCopied(laidOut, strength));
  const steered = kept(places, ({ strength }) => !isCopied(laidOut, strength));
  const bytes = bytesOf(dtype, tensor.stored.shape);
  if (bytes === 0) return;
  if (copied.length > 0) {
    const source = builder.bytes(tensor.source);
    builder.add({ kind: 'copy', name: tensor.name, source, bytes, places: copied });
  }
  if (steered.length > 0) addSteered(builder, laidOut, { places: steered, ...request });
}

/** Untouched, or at strength 0: the very bytes. */
export function isCopied({ tensor, dtype }: LaidOut, strength: number): boolean {
  const moves = tensor.moving.length > 0 && strength !== 0;
  const { layout } = tensor.source;
  const isAsStored = layout === undefined || layout.kind === 'scaled' || layout.kind === 'strided';
  return !moves && tensor.fixed.length === 0 && tensor.source.dtype === dtype && isAsStored;
}

/** The layout has seen to it that what moves is written in a dtype that values can be rounded to. */
function roundedDType(name: string, dtype: DType): RoundedDType {
  if (isRounded(dtype)) return dtype;
  throw new RangeError(`Values of ${name} cannot be rounded to ${dtype}.`);
}

interface Steered {
  readonly places: readonly { readonly file: number; readonly offset: number; readonly strength: number }[];
  readonly rounding: CheckpointJob['rounding'];
}

function addSteered(builder: JobBuilder, { tensor, dtype }: LaidOut, { places, rounding }: Steered): void {
  const { rows, columns } = asMatrix(tensor.stored.shape);
  const source = builder.operand(tensor.source);
  const fixed = tensor.fixed.map((term) => builder.term(term));
  const moving = tensor.moving.map((term) => builder.term(term));
  const survival = survivalPair(moving);
  builder.add({
    kind: 'steer',
    name: tensor.name,
    rows,
    columns,
    source,
    fixed,
    moving,
    dtype: roundedDType(tensor.name, dtype),
    places,
    ...(rounding.rounding === 'stochastic' && { stochastic: { seed: rounding.seed } }),
    ...(survival !== undefined && { survival }),
  });
}
