import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { readFailure, systemCode } from '../bytes/ioFailure.ts';
import { ServerError } from '../errors.ts';
import { quote } from '../tensors/jsonScanner.ts';
import { readAdapter } from './adapter.ts';
import {
  indexName,
  openCheckpoint,
  type OpenOptions,
  pickleIndexName,
  pickleName,
  weightsName,
} from './checkpoint.ts';
import { openDirection } from './direction.ts';
import { manifestName } from './directionManifest.ts';
import { openGguf } from './gguf/openGguf.ts';
import type { Model } from './model.ts';
import { trainingRunOf } from './run.ts';
import { isCompanion, unsupportedAmong, unsupportedFile } from './unsupportedFormats.ts';

export const adapterName = 'adapter_config.json';

/** By any of these a folder is known to be a checkpoint. */
export const checkpointNames = [weightsName, indexName, pickleName, pickleIndexName] as const;

/**
 * Opens whatever is at a path: `direction.json`, then `adapter_config.json`, then weights or their index, then
 * `checkpoint-N` sub-folders, then an adapter in a sub-folder, as PEFT stores those that have a name. `not-a-model`
 * where there is nothing of it, `unsupported-format` for weights that are read by others only.
 */
export async function openModel(path: string, options: OpenOptions): Promise<Model> {
  options.signal?.throwIfAborted();
  const whole = resolve(path);
  if (!(await isFolder(whole))) return await openFileAs(whole, options);
  const entries = await listing(whole);
  const names = new Set(entries.map(({ name }) => name));
  if (names.has(manifestName)) return await openDirection(whole, options);
  if (names.has(adapterName)) return await readAdapter(whole, options);
  if (checkpointNames.some((name) => names.has(name))) return await openCheckpoint(whole, options);
  const run = await trainingRunOf(whole, options.reference);
  if (run !== undefined) return run;
  const inside = await adapterInside(whole, entries);
  if (inside !== undefined) return await readAdapter(inside, options);
  throw unsupportedAmong(whole, names) ?? notAModel(whole, names, options);
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    throw readFailure(path, error);
  }
}

async function openFileAs(path: string, options: OpenOptions): Promise<Model> {
  if (/\.gguf$/i.test(path)) return await openGguf(path, options);
  if (/\.(?:safetensors|bin|pt|pth)$/i.test(path)) return await openCheckpoint(path, options);
  const isPart = /(?:\.index|^|[/\\](?:config|adapter_config|direction))\.json$/i.test(path);
  const problem = isPart
    ? 'is a part of a model; name its folder'
    : 'is neither a folder nor a file of weights (.safetensors, .bin, .pt, .pth, .gguf)';
  throw unsupportedFile(path) ?? new ServerError('not-a-model', path, problem);
}

async function listing(folder: string): Promise<readonly Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    throw readFailure(folder, error);
  }
}

/** Adapters with a name other than `default` lie one folder deeper; several at once have to be named. */
async function adapterInside(folder: string, entries: readonly Dirent[]): Promise<string | undefined> {
  const found: string[] = [];
  for (const entry of entries) {
    if (!entry.isDirectory() && !entry.isSymbolicLink()) continue;
    if (await isFile(join(folder, entry.name, adapterName))) found.push(entry.name);
  }
  const [only, ...others] = found.toSorted();
  if (only === undefined || others.length === 0) return only === undefined ? undefined : join(folder, only);
  throw new ServerError(
    'not-a-model',
    folder,
    `holds ${found.length} adapters; name one of them: ${listed(found.toSorted())}`,
  );
}

/** Whatever stands in the way of knowing, in a sub-folder that nobody named, is no file. */
async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch (error) {
    if (systemCode(error) === '') throw error;
    return false;
  }
}

function notAModel(folder: string, names: ReadonlySet<string>, { hubId }: OpenOptions): ServerError {
  const looked = [manifestName, adapterName, ...checkpointNames].join(', ');
  const problem = `is not a model folder: none of ${looked} and checkpoint-<step> is in it${hintFor(names, hubId)}`;
  return new ServerError('not-a-model', folder, problem);
}

function isWeightsFile(name: string): boolean {
  return /\.(?:safetensors|pth?|gguf)$/.test(name) && !isCompanion(name);
}

function hintFor(names: ReadonlySet<string>, hubId: string | undefined): string {
  const weights = [...names].filter(isWeightsFile).toSorted();
  if (weights.some((name) => /-\d{5}-of-\d{5}\.safetensors$/.test(name))) {
    return `; it has shards (${listed(weights)}), but not the index that belongs to them`;
  }
  if (weights.length > 0) return `; a single file may be named itself: ${listed(weights)}`;
  if (hubId !== undefined) return `; what is missing is fetched with: hf download ${hubId}`;
  return names.size === 0 ? '; it is empty' : '';
}

function listed(names: readonly string[]): string {
  return `${names.slice(0, 5).map(quote).join(', ')}${names.length > 5 ? ', …' : ''}`;
}
