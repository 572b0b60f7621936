import { execFileSync } from 'node:child_process';
import {
  ftruncateSync,
  mkdirSync,
  openSync,
  closeSync,
  rmSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { safetensors } from './safetensors.ts';

/** What takes a file's place. */
export type Hostile =
  | string
  | Uint8Array
  /** Nothing, a folder, a pipe that nobody writes, a link to a path. */
  | null
  | { readonly kind: 'folder' }
  | { readonly kind: 'pipe' }
  | { readonly kind: 'link'; readonly to: string }
  /** This start, and zeros up to a size, which take no room on the disk. */
  | { readonly kind: 'sparse'; readonly start: Uint8Array; readonly size: number };

/** Puts files into a folder in place of what is there. */
export function place(folder: string, files: Readonly<Record<string, Hostile>>): void {
  for (const [name, file] of Object.entries(files)) {
    const path = join(folder, name);
    rmSync(path, { recursive: true, force: true });
    mkdirSync(dirname(path), { recursive: true });
    placeOne(path, file);
  }
}

function placeOne(path: string, file: Hostile): void {
  if (file === null) return;
  if (typeof file === 'string' || file instanceof Uint8Array) return writeFileSync(path, file);
  if (file.kind === 'folder') mkdirSync(path);
  else if (file.kind === 'pipe') execFileSync('mkfifo', [path]);
  else if (file.kind === 'link') symlinkSync(file.to, path);
  else {
    const handle = openSync(path, 'w');
    writeSync(handle, file.start);
    ftruncateSync(handle, file.size);
    closeSync(handle);
  }
}

/** A safetensors file with this header, however wrong, and so many bytes of data. */
export function archive(header: string | Uint8Array, data = 0, claimed?: bigint): Uint8Array {
  const json = typeof header === 'string' ? new TextEncoder().encode(header) : header;
  const file = new Uint8Array(8 + json.length + data);
  new DataView(file.buffer).setBigUint64(0, claimed ?? BigInt(json.length), true);
  file.set(json, 8);
  return file;
}

/** The description of a tensor in a header. */
export function entry({ dtype = '"F32"', shape = '[1]', offsets = '[0,4]' } = {}): string {
  return `{"dtype":${dtype},"shape":${shape},"data_offsets":${offsets}}`;
}

const module = 'base_model.model.model.layers.0.self_attn.q_proj';

/** Adapter weights of rank 2 for the scene's `q_proj`, with other tensors added or put in their place. */
export function adapterWeights(others: Parameters<typeof safetensors>[0] & object = {}): Uint8Array {
  return safetensors({
    [`${module}.lora_A.weight`]: { dtype: 'F32', shape: [2, 6], bytes: 48 },
    [`${module}.lora_B.weight`]: { dtype: 'F32', shape: [4, 2], bytes: 32 },
    ...others,
  });
}

export function adapterConfig(fields: Readonly<Record<string, unknown>> = {}): string {
  return JSON.stringify({ peft_type: 'LORA', r: 2, lora_alpha: 4, target_modules: ['q_proj'], ...fields });
}

export function recipeText(more = ''): string {
  return `base: base\npositive: positive\nnegative: negative\n${more.includes('output:') ? '' : 'output: {path: out}\n'}${more}`;
}

/** A base with two tensors, two adapters of it, and a recipe: what `steer write` writes without complaint. */
export function placeScene(folder: string): void {
  const adapter = {
    'adapter_config.json': adapterConfig(),
    'adapter_model.safetensors': adapterWeights(),
  };
  place(folder, {
    'base/config.json': '{"model_type":"llama","num_hidden_layers":1,"tie_word_embeddings":false}',
    'base/model.safetensors': safetensors({
      'model.layers.0.self_attn.q_proj.weight': { dtype: 'BF16', shape: [4, 6], bytes: 48 },
      'model.norm.weight': { dtype: 'BF16', shape: [4], bytes: 8 },
    }),
    'test.steer.yaml': recipeText(),
  });
  for (const side of ['positive', 'negative']) place(join(folder, side), adapter);
}

/** The text that Git leaves where the contents were not downloaded. */
export const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${'0'.repeat(64)}\nsize 1234567\n`;
