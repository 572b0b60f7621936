import type { Warning } from '#protocol/failure.ts';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readFailure } from '../../bytes/ioFailure.ts';
import { ServerError } from '../../errors.ts';
import type { Checkpoint } from '../../models/model.ts';
import { packedProblem } from '../../tensors/storedTensor.ts';
import type { Target } from './targetTensors.ts';
import { containerOf } from '../../tensors/container.ts';
import { bytesOf, isRounded } from '../../tensors/dtype.ts';
import { checkpointJob, isCopied } from './checkpointJob.ts';
import { checkpointLayout, isSingleFile, type LaidOut } from './checkpointLayout.ts';
import { changedConfiguration } from './configuration.ts';
import type { OutputPlan, Plan, PlannedCopy, PlannedText } from '../plan.ts';
import type { SteerRequest } from '../request.ts';
import { sidecarsOf } from './sidecars.ts';
import { targetTensors } from './targetTensors.ts';
import { traffic } from '../traffic.ts';

/** A checkpoint for each strength, with the target's files, tokenizer and configuration. */
export async function checkpointPlan(
  { resolved, outputs }: SteerRequest,
  target: Target,
  signal: AbortSignal,
): Promise<Omit<Plan, 'hash'>> {
  const { recipe, direction, tied } = resolved;
  const { output } = recipe;
  const { checkpoint } = target;
  refuseQuantized(checkpoint);
  const { tensors, untied } = targetTensors({ target, direction, tied });
  const layout = checkpointLayout(checkpoint, tensors, output);
  const strengths = outputs.map(({ strength }) => strength);
  const files = layout.files.length;
  const job = checkpointJob({ tensors: layout.tensors, files, strengths, rounding: output });
  const along = await companions(
    target,
    { untied, dtype: commonDType(layout.tensors, output.dtype) },
    signal,
  );
  const texts = [...along.texts, ...(layout.index === undefined ? [] : [layout.index])];
  return {
    name: recipe.name,
    format: 'checkpoint',
    outputs: outputs.map(({ path, strength }): OutputPlan => {
      const weights = layout.files.reduce((sum, { size }) => sum + size, 0);
      const copied = layout.tensors.filter((tensor) => isCopied(tensor, strength)).length;
      return {
        path,
        strength,
        texts,
        copies: along.copies,
        tensors: { changed: layout.tensors.length - copied, copied },
        bytesWritten: weights + sizeOf(texts) + along.copies.reduce((sum, { size }) => sum + size, 0),
      };
    }),
    files: layout.files,
    job: { ...job, outputs: [] },
    rank: null,
    dtype: mainDType(layout.tensors),
    bytesRead: traffic(job).read,
    warnings: [
      ...(untied ? [ofUntying(target)] : []),
      ...(isSingleFile(checkpoint) ? [ofBareWeights(checkpoint)] : []),
    ],
  };
}

/** Its weights cannot be moved, and copied they would say that nothing has to be. */
function refuseQuantized({ quantization, path }: Checkpoint): void {
  if (quantization === undefined) return;
  throw new ServerError('unsupported-dtype', path, packedProblem(quantization.description));
}

function ofUntying({ path }: Target): Warning {
  const message =
    'The embeddings and the head move differently, so the output unties them: it stores a head of its own, and its configuration says so.';
  return { code: 'untied-embeddings', message, file: path };
}

function ofBareWeights({ path }: Checkpoint): Warning {
  const message =
    containerOf(path) === 'gguf'
      ? 'The output has no config.json and no tokenizer, because a GGUF file keeps them in its metadata: copy those of the model that it was converted from into the output before it is loaded.'
      : 'The output has no config.json and no tokenizer, because the target is a single file: name its folder as the target, or copy them into the output before it is loaded.';
  return { code: 'weights-alone', message, file: path };
}

interface Changes {
  readonly untied: boolean;
  readonly dtype: ReturnType<typeof commonDType>;
}

/** What goes along with the weights; a target that is a single file has nothing that is surely its own. */
async function companions(
  { checkpoint }: Target,
  changes: Changes,
  signal: AbortSignal,
): Promise<{ readonly texts: readonly PlannedText[]; readonly copies: readonly PlannedCopy[] }> {
  if (isSingleFile(checkpoint)) return { texts: [], copies: [] };
  const { path, config } = checkpoint;
  const sidecars = await sidecarsOf(path, signal);
  const text =
    config === undefined ? undefined : changedConfiguration(config, await textOf(path, signal), changes);
  if (text === undefined) return { texts: [], copies: sidecars };
  return {
    texts: [{ name: 'config.json', text }],
    copies: sidecars.filter(({ name }) => name !== 'config.json'),
  };
}

async function textOf(folder: string, signal: AbortSignal): Promise<string> {
  const path = join(folder, 'config.json');
  try {
    return await readFile(path, { encoding: 'utf8', signal });
  } catch (error) {
    signal.throwIfAborted();
    throw readFailure(path, error);
  }
}

/** What the configuration has to say where the recipe asks for another dtype; undefined where it stays. */
function commonDType(tensors: readonly LaidOut[], asked: string) {
  return asked === 'source' ? undefined : mainDType(tensors);
}

/** Of most of the bytes. */
function mainDType(tensors: readonly LaidOut[]) {
  const bytes = { F64: 0, F32: 0, F16: 0, BF16: 0, F8_E4M3: 0, F8_E5M2: 0 };
  for (const { dtype, tensor } of tensors) {
    if (isRounded(dtype)) bytes[dtype] += bytesOf(dtype, tensor.stored.shape);
  }
  const most = Math.max(...Object.values(bytes));
  return (['BF16', 'F16', 'F32', 'F64', 'F8_E4M3', 'F8_E5M2'] as const).find(
    (dtype) => bytes[dtype] === most,
  );
}

function sizeOf(texts: readonly PlannedText[]): number {
  return texts.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0);
}
