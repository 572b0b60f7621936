import { join } from 'node:path';
import { ServerError } from '../errors.ts';
import { type Archive, readSingleArchive } from '../tensors/archive.ts';
import { isThere } from './isThere.ts';

const name = 'adapter_model.safetensors';

const others: readonly (readonly [file: string, what: string])[] = [
  [
    'adapter_model.bin',
    'a PyTorch pickle, which is not read; load it with PEFT and save it again with safe_serialization=True',
  ],
  ['adapters.safetensors', 'an MLX adapter; fuse it with mlx_lm.fuse and use the fused model'],
  ['adapters.npz', 'an MLX adapter; fuse it with mlx_lm.fuse and use the fused model'],
  ['pytorch_lora_weights.safetensors', 'a Diffusers adapter; only adapters of language models are read'],
];

/** The tensors of an adapter folder. `unsupported-format` where they lie in a file for other readers only. */
export async function readAdapterFile(folder: string, signal?: AbortSignal): Promise<Archive> {
  const path = join(folder, name);
  if (!(await isThere(path))) {
    for (const [file, what] of others) {
      if (!(await isThere(join(folder, file)))) continue;
      throw new ServerError('unsupported-format', folder, `has no ${name} but ${file}, ${what}`);
    }
  }
  return await readSingleArchive(path, signal);
}
