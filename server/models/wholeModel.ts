import { basename, dirname, join, resolve } from 'node:path';
import type { Warning } from '#protocol/failure.ts';
import { openFile } from '../bytes/fileSource.ts';
import { ServerError } from '../errors.ts';
import { readShardIndex } from '../tensors/shardIndex.ts';
import { indexName, type OpenOptions, pickleIndexName, pickleName, weightsName } from './checkpoint.ts';
import { manifestName } from './directionManifest.ts';
import { isThere } from './isThere.ts';
import type { Model } from './model.ts';
import { adapterName, openModel } from './openModel.ts';

const adapterWeights = 'adapter_model.safetensors';

/** A model, and which of its files was named, where one was. */
export interface WholeModel {
  readonly model: Model;
  /** Absolute. */
  readonly asked: string | undefined;
  readonly warnings: readonly Warning[];
}

/**
 * Opens what a path belongs to: an index, a configuration, a shard, or an adapter's weights open the model in their
 * folder. A file whose model cannot be opened is opened alone, with a warning that says why, and so are an adapter's weights. Errors: those of
 * `openModel`.
 */
export async function openWholeModel(path: string, options: OpenOptions): Promise<WholeModel> {
  const named = resolve(path);
  const folder = (await folderOf(named, options.signal)) ?? named;
  const isWeights = folder !== named && !/\.json$/i.test(named);
  try {
    const model = await openModel(folder, options);
    return { model, asked: isWeights ? named : undefined, warnings: [] };
  } catch (error) {
    options.signal?.throwIfAborted();
    const alone = isWeights ? named : join(folder, adapterWeights);
    if (!(error instanceof ServerError) || !(isWeights || (await isThere(alone)))) throw error;
    return await openAlone(alone, error, options);
  }
}

/** What is in a file can be looked at even where nothing else can be done with it. */
async function openAlone(
  path: string,
  { message: why }: ServerError,
  options: OpenOptions,
): Promise<WholeModel> {
  const message = `This file is shown alone, because the model that it is part of cannot be opened: ${why}`;
  const model = await openModel(path, options);
  return { model, asked: undefined, warnings: [{ code: 'opened-alone', message, file: path }] };
}

/** The folder of the model that a file is part of; undefined for folders, and files that stand for themselves. */
async function folderOf(path: string, signal: AbortSignal | undefined): Promise<string | undefined> {
  const folder = dirname(path);
  const name = basename(path);
  const among = (file: string) => isThere(join(folder, file));
  switch (name) {
    case indexName:
    case weightsName:
    case pickleIndexName:
    case 'config.json':
    case adapterName:
    case manifestName:
      return folder;
    case adapterWeights:
    case 'adapter_model.bin':
      return (await among(adapterName)) || (await among(manifestName)) ? folder : undefined;
    case 'direction.safetensors':
      return (await among(manifestName)) ? folder : undefined;
    default:
      return (await isShard(path, signal)) ? folder : undefined;
  }
}

/** Whether the index that counts, as transformers chooses, names the file. */
async function isShard(path: string, signal: AbortSignal | undefined): Promise<boolean> {
  const folder = dirname(path);
  if (!/\.(?:safetensors|bin)$/i.test(path)) return false;
  for (const name of [weightsName, indexName, pickleName, pickleIndexName]) {
    if (!(await isThere(join(folder, name)))) continue;
    if (!name.endsWith('.json')) return basename(path) === name;
    return await names(join(folder, name), basename(path), signal);
  }
  return false;
}

async function names(index: string, file: string, signal: AbortSignal | undefined): Promise<boolean> {
  try {
    await using source = await openFile(index, signal);
    return (await readShardIndex(source, signal)).files.includes(file);
  } catch (error) {
    if (error instanceof ServerError) return false; // Opening the model says what is wrong with its index.
    throw error;
  }
}
