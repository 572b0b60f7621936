import { openFile } from '../bytes/fileSource.ts';
import { openScratchFile } from '../bytes/scratchFile.ts';
import { asMatrix, JobBuilder } from '../directions/jobBuilder.ts';
import { elementCount } from '../tensors/dtype.ts';
import { decode } from '../tensors/decode.ts';
import type { StoredTensor } from '../tensors/storedTensor.ts';
import type { Work } from '../work/job.ts';

interface Options {
  readonly work: Work;
  readonly signal: AbortSignal;
}

/** The values of a small computable tensor, whatever its dtype and layout. */
export async function storedValues(tensor: StoredTensor, { work, signal }: Options): Promise<Float64Array> {
  const bytes = 8 * (elementCount(tensor.shape) ?? 0);
  await using scratch = await openScratchFile(bytes);
  await copyValues(tensor, { path: scratch.path, dtype: 'F64' }, { work, signal });
  await using file = await openFile(scratch.path, signal);
  return decode('F64', await file.read(0, bytes, signal));
}

/** Writes the values of a tensor into a file that has the room, in order and as one of two dtypes. */
export async function copyValues(
  tensor: StoredTensor,
  { path, dtype }: { readonly path: string; readonly dtype: 'F32' | 'F64' },
  { work, signal }: Options,
): Promise<void> {
  const builder = new JobBuilder();
  builder.add({
    kind: 'steer',
    name: tensor.name,
    ...asMatrix(tensor.shape),
    fixed: [],
    moving: [builder.term({ kind: 'dense', scale: 1, tensor })],
    dtype,
    places: [{ file: 0, offset: 0, strength: 1 }],
  });
  await work.run(builder.job([path]), { signal });
}
