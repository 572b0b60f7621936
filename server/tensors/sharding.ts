import { bytesOf } from './dtype.ts';
import type { TensorSpec } from './safetensorsWriter.ts';

/** A file to be written and the tensors that go into it, in order. */
export interface Shard<Tensor extends TensorSpec> {
  readonly file: string;
  readonly tensors: readonly Tensor[];
}

/**
 * Distributes tensors over files of at most `maxBytes` of data, in order, as `split_torch_state_dict_into_shards` of
 * huggingface_hub does: a tensor larger than that has a file to itself. One shard is `<stem>.safetensors`,
 * several are `<stem>-00001-of-0000N.safetensors`.
 */
export function shard<Tensor extends TensorSpec>(
  tensors: readonly Tensor[],
  maxBytes: number,
  stem = 'model',
): Shard<Tensor>[] {
  const groups = group(tensors, maxBytes);
  if (groups.length <= 1) return [{ file: shardName(stem, 0, 1), tensors }];
  return groups.map((tensors, index) => ({ file: shardName(stem, index, groups.length), tensors }));
}

/** Of one file of so many, counted from 0. */
export function shardName(stem: string, index: number, count: number): string {
  return count === 1 ? `${stem}.safetensors` : `${stem}-${number(index + 1)}-of-${number(count)}.safetensors`;
}

function number(value: number): string {
  return String(value).padStart(5, '0');
}

function group<Tensor extends TensorSpec>(tensors: readonly Tensor[], maxBytes: number): Tensor[][] {
  const groups: Tensor[][] = [];
  let current: Tensor[] = [];
  let filled = 0;
  for (const tensor of tensors) {
    const bytes = bytesOf(tensor.dtype, tensor.shape);
    if (bytes > maxBytes) {
      groups.push([tensor]);
      continue;
    }
    if (filled + bytes > maxBytes) {
      groups.push(current);
      current = [];
      filled = 0;
    }
    current.push(tensor);
    filled += bytes;
  }
  return current.length > 0 ? [...groups, current] : groups;
}

/** The text of `model.safetensors.index.json`, keys sorted as huggingface_hub writes them; `total_size` counts data bytes. */
export function indexText(shards: readonly Shard<TensorSpec>[]): string {
  const tensors = shards.flatMap(({ file, tensors }) => tensors.map((tensor) => ({ ...tensor, file })));
  const total = tensors.reduce((sum, { dtype, shape }) => sum + bytesOf(dtype, shape), 0);
  const lines = tensors.map(({ name, file }) => `    ${JSON.stringify(name)}: ${JSON.stringify(file)}`);
  const weightMap = lines.toSorted((before, after) => (before < after ? -1 : 1)).join(',\n');
  return `{\n  "metadata": {\n    "total_size": ${total}\n  },\n  "weight_map": {\n${weightMap}\n  }\n}\n`;
}
