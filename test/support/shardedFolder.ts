import { mkdirSync, openSync, closeSync, ftruncateSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';

export interface Shards {
  readonly shards: number;
  readonly tensorsEach: number;
  /** Of one tensor: bfloat16 zeros that take no room on the disk. */
  readonly bytesEach: number;
}

/** Writes a sharded checkpoint without values; returns the paths of its shards. */
export function shardedFolder(path: string, { shards, tensorsEach, bytesEach }: Shards): readonly string[] {
  mkdirSync(path, { recursive: true });
  const weightMap: Record<string, string> = {};
  const files = Array.from({ length: shards }, (_, shard) => {
    const file = `model-${five(shard + 1)}-of-${five(shards)}.safetensors`;
    const names = Array.from({ length: tensorsEach }, (_, n) => nameOf(shard * tensorsEach + n));
    for (const name of names) weightMap[name] = file;
    sparse(join(path, file), names, bytesEach);
    return join(path, file);
  });
  writeFileSync(
    join(path, 'model.safetensors.index.json'),
    JSON.stringify({ metadata: { total_size: shards * tensorsEach * bytesEach }, weight_map: weightMap }),
  );
  const config = { architectures: ['LlamaForCausalLM'], model_type: 'llama', tie_word_embeddings: false };
  writeFileSync(join(path, 'config.json'), JSON.stringify(config));
  return files;
}

function five(number: number): string {
  return String(number).padStart(5, '0');
}

const modules = [
  'self_attn.q_proj',
  'self_attn.k_proj',
  'self_attn.v_proj',
  'self_attn.o_proj',
  'mlp.gate_proj',
];

function nameOf(index: number): string {
  const layer = Math.floor(index / modules.length);
  return `model.layers.${layer}.${modules[index % modules.length]}.weight`;
}

function sparse(path: string, names: readonly string[], bytes: number): void {
  const entries = names.map((name, n) => {
    const shape = bytes % 4096 === 0 ? [bytes / 4096, 2048] : [bytes / 2];
    return [name, { dtype: 'BF16', shape, data_offsets: [n * bytes, (n + 1) * bytes] }];
  });
  const header = Buffer.from(JSON.stringify(Object.fromEntries(entries)));
  const length = Buffer.alloc(8);
  length.writeUInt32LE(header.length);
  const descriptor = openSync(path, 'w');
  writeSync(descriptor, Buffer.concat([length, header]));
  ftruncateSync(descriptor, 8 + header.length + names.length * bytes);
  closeSync(descriptor);
}
