import { readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { readFailure } from '../bytes/ioFailure.ts';
import { ServerError } from '../errors.ts';
import { readAdapter } from './adapter.ts';
import { indexName, openCheckpoint, type OpenOptions, weightsName } from './checkpoint.ts';
import { manifestName, openDirection } from './direction.ts';
import type { Model } from './model.ts';
import { trainingRunOf } from './run.ts';

/**
 * Opens whatever is at a path: `direction.json`, then `adapter_config.json`, then weights or their index, then
 * `checkpoint-N` sub-folders, then an adapter in a sub-folder, as PEFT stores those that have a name. `not-a-model`
 * where there is nothing of it, `unsupported-format` for weights that are read by others only.
 */
export async function openModel(path: string, options: OpenOptions): Promise<Model> {
  options.signal?.throwIfAborted();
  const whole = resolve(path);
  const facts = await stat(whole).catch((error: unknown) => {
    throw readFailure(whole, error);
  });
  if (!facts.isDirectory()) return await openFileAs(whole, options);
  const names = new Set(await listing(whole));
  if (names.has(manifestName)) return await openDirection(whole, options);
  if (names.has('adapter_config.json')) return await readAdapter(whole, options);
  if (names.has(weightsName) || names.has(indexName)) return await openCheckpoint(whole, options);
  const run = await trainingRunOf(whole, options.reference);
  if (run !== undefined) return run;
  const inside = await adapterInside(whole, names);
  if (inside !== undefined) return await readAdapter(inside, options);
  throw notAModel(whole, names);
}

async function openFileAs(path: string, options: OpenOptions): Promise<Model> {
  if (/\.safetensors$/i.test(path)) return await openCheckpoint(path, options);
  if (/\.safetensors\.index\.json$/i.test(path)) {
    throw new ServerError('not-a-model', path, 'is the index of a model; name its folder');
  }
  throw (
    unsupported(path, path) ?? new ServerError('not-a-model', path, 'is neither a folder nor a .safetensors file')
  );
}

async function listing(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    throw readFailure(folder, error);
  }
}

/** Adapters with a name other than `default` lie one folder deeper; several at once have to be named. */
async function adapterInside(folder: string, names: ReadonlySet<string>): Promise<string | undefined> {
  const found: string[] = [];
  for (const name of [...names].toSorted()) {
    const facts = await stat(join(folder, name, 'adapter_config.json')).catch(() => undefined);
    if (facts?.isFile() === true) found.push(name);
  }
  const [only, ...others] = found;
  if (only === undefined || others.length === 0) return only === undefined ? undefined : join(folder, only);
  throw new ServerError('not-a-model', folder, `holds several adapters (${found.join(', ')}); name one of them`);
}

const unreadable: readonly (readonly [pattern: RegExp, what: string])[] = [
  [/\.(?:bin|pt|pth|ckpt)$/i, 'a PyTorch pickle, which this version does not read; save it as safetensors (save_pretrained does)'],
  [/\.(?:gguf|ggml)$/i, 'a GGUF file, which cannot be steered; use the safetensors checkpoint it was made from'],
  [/\.(?:h5|msgpack|onnx|npz)$/i, 'not a safetensors checkpoint; use the safetensors version of the model'],
];

function unsupported(subject: string, name: string): ServerError | undefined {
  const what = unreadable.find(([pattern]) => pattern.test(name))?.[1];
  if (what === undefined) return undefined;
  const problem = subject === name ? `is ${what}` : `has ${name}, ${what}`;
  return new ServerError('unsupported-format', subject, problem);
}

function notAModel(folder: string, names: ReadonlySet<string>): ServerError {
  const weights = /^(?:pytorch_model|model|consolidated|adapter_model|adapters|tf_model|flax_model|ggml).*/i;
  for (const name of [...names].toSorted()) {
    const refusal = /\.gguf$/i.test(name) || weights.test(name) ? unsupported(folder, name) : undefined;
    if (refusal !== undefined) return refusal;
  }
  const single = [...names].filter((name) => name.endsWith('.safetensors'));
  const hint = single.length > 0 ? ` (it has ${single.slice(0, 3).join(', ')}: name the file itself)` : '';
  const looked = `${manifestName}, adapter_config.json, ${weightsName}, ${indexName} and checkpoint-N`;
  return new ServerError('not-a-model', folder, `is not a model folder: none of ${looked} is in it${hint}`);
}
