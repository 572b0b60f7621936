import { ServerError } from '../../errors.ts';
import { containerOf } from '../../tensors/container.ts';
import { isComputable } from '../../tensors/computable.ts';
import { basename } from 'node:path';
import type { DType, FloatDType } from '#protocol/tensors.ts';
import type { Checkpoint } from '../../models/model.ts';
import type { StoredTensor } from '../../tensors/storedTensor.ts';
import { isBlockDType } from '../../tensors/gguf/ggmlTypes.ts';
import { quote } from '../../tensors/jsonScanner.ts';
import { layOut } from '../../tensors/safetensorsWriter.ts';
import { indexText, shard, shardName } from '../../tensors/sharding.ts';
import type { Recipe } from '../../recipes/recipe.ts';
import type { PlannedFile, PlannedText } from '../plan.ts';
import type { TargetTensor } from './targetTensors.ts';

/** A tensor of an output and its place. */
export interface LaidOut {
  readonly tensor: TargetTensor;
  readonly dtype: DType;
  /** Index into `files`. */
  readonly file: number;
  readonly offset: number;
}

export interface CheckpointLayout {
  readonly files: readonly PlannedFile[];
  readonly tensors: readonly LaidOut[];
  /** Where there are several files. */
  readonly index: PlannedText | undefined;
}

/** The target's own files and order, or shards of at most `maxShardSize` bytes where the recipe asks for them. */
export function checkpointLayout(
  checkpoint: Checkpoint,
  tensors: readonly TargetTensor[],
  { dtype, maxShardSize }: Recipe['output'],
): CheckpointLayout {
  const specs = tensors.map((tensor) => ({
    name: tensor.name,
    shape: tensor.stored.shape,
    dtype: outputDType(tensor.stored, dtype),
    tensor,
  }));
  const shards = maxShardSize === undefined ? ownShards(checkpoint, specs) : shard(specs, maxShardSize);
  const laidOut = shards.map(({ file, tensors: held }) => ({
    file,
    held,
    ...layOut(file, held, metadataOf(checkpoint)),
  }));
  return {
    files: laidOut.map(({ file, size, header }) => ({ name: file, size, header })),
    tensors: laidOut.flatMap(({ held, offsets }, file) =>
      held.map(({ tensor, dtype: stored }, index) => ({
        tensor,
        dtype: stored,
        file,
        offset: offsets[index] ?? 0,
      })),
    ),
    index: shards.length > 1 ? { name: 'model.safetensors.index.json', text: indexText(shards) } : undefined,
  };
}

interface Spec {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: DType;
  readonly tensor: TargetTensor;
}

/** Whether a checkpoint is a file of its own, or the parts of one, and not a folder. */
export function isSingleFile({ files, path }: Pick<Checkpoint, 'files' | 'path'>): boolean {
  return files[0]?.path === path;
}

/** What the target does not have, an untied head, goes to the end of the last file. */
function ownShards({ files, path }: Checkpoint, specs: readonly Spec[]) {
  const byName = new Map(specs.map((spec) => [spec.name, spec]));
  const held = files.map((file) => file.tensors.flatMap((name) => byName.get(name) ?? []));
  const placed = new Set(files.flatMap(({ tensors }) => tensors));
  held.at(-1)?.push(...specs.filter(({ name }) => !placed.has(name)));
  if (!isSingleFile({ files, path }))
    return held.map((tensors, at) => ({ file: safetensorsName(basename(files[at]?.path ?? '')), tensors }));
  // A single file has a name of its own, and parts of GGUF may hold metadata and no tensor.
  const filled = files.length === 1 ? held : held.filter((tensors) => tensors.length > 0);
  return filled.map((tensors, at) => ({ file: shardName('model', at, filled.length), tensors }));
}

/** What is written is safetensors, whatever was read: `pytorch_model-00001-of-00002.bin` gets the name that its like have. */
function safetensorsName(name: string): string {
  return containerOf(name) === 'safetensors'
    ? name
    : name.replace(/^pytorch_model/, 'model').replace(/\.\w+$/, '.safetensors');
}

const dtypes: Readonly<Record<Exclude<Recipe['output']['dtype'], 'source'>, FloatDType>> = {
  float32: 'F32',
  bfloat16: 'BF16',
  float16: 'F16',
};

/** Only what arithmetic is done on is converted: integers and packed formats stay. */
function outputDType(stored: StoredTensor, asked: Recipe['output']['dtype']): DType {
  if (asked !== 'source' && isComputable(stored)) return dtypes[asked];
  if (!isBlockDType(stored.dtype)) return stored.dtype;
  const { name, file, dtype } = stored;
  const remedy = isComputable(stored)
    ? 'choose what to write it as (output: {dtype: bfloat16}, float16 or float32)'
    : 'steer it with a GGUF adapter (format: gguf-adapter)';
  const problem = `tensor ${quote(name)} is packed as ${dtype}, which a safetensors file cannot hold; ${remedy}`;
  throw new ServerError('unsupported-dtype', file, problem, { tensor: name });
}

/** As the target's files have it, as long as readers find the format in it. */
function metadataOf({ files }: Checkpoint): ReadonlyMap<string, string> {
  const own = files[0]?.metadata ?? new Map<string, string>();
  return own.has('format') ? own : new Map([...own, ['format', 'pt']]);
}
