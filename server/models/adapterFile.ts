import { join } from 'node:path';
import { ServerError } from '../errors.ts';
import { type Archive, type ArchiveOptions, readSingleArchive } from '../tensors/archive.ts';
import { isThere } from './isThere.ts';

/** A file that may hold an adapter's tensors, and how it is read. */
interface Container {
  readonly name: string;
  readonly read: (path: string, signal?: AbortSignal, options?: ArchiveOptions) => Promise<Archive>;
}

/** The first that is there is read, as PEFT does. */
export const peftWeights: readonly Container[] = [
  { name: 'adapter_model.safetensors', read: readSingleArchive },
  { name: 'adapter_model.bin', read: readSingleArchive },
];

/** As mlx-lm's `load_adapters` does (0.32). */
export const mlxWeights: readonly Container[] = [{ name: 'adapters.safetensors', read: readSingleArchive }];

const others: readonly (readonly [file: string, what: string])[] = [
  ['adapter_model.bin', 'an adapter of PEFT, whose configuration is not this one'],
  ['adapters.safetensors', 'an MLX adapter, whose configuration is not this one'],
  ['adapters.npz', 'an MLX adapter in an old format; fuse it with mlx_lm.fuse and use the fused model'],
  ['adapter_model.safetensors', 'an adapter of PEFT, whose configuration is not this one'],
  ['pytorch_lora_weights.safetensors', 'a Diffusers adapter; only adapters of language models are read'],
];

/** The tensors of an adapter folder. `unsupported-format` where they lie in a file for other readers only. */
export async function readAdapterFile(
  folder: string,
  containers: readonly Container[],
  { signal, ...options }: ArchiveOptions & { readonly signal?: AbortSignal } = {},
): Promise<Archive> {
  for (const { name, read } of containers) {
    const path = join(folder, name);
    if (await isThere(path)) return await read(path, signal, options);
  }
  const wanted = containers[0]?.name ?? '';
  for (const [file, what] of others) {
    if (!(await isThere(join(folder, file)))) continue;
    throw new ServerError('unsupported-format', folder, `has no ${wanted} but ${file}, ${what}`);
  }
  throw new ServerError('file-not-found', join(folder, wanted), 'does not exist');
}
