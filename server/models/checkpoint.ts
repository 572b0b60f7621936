import { stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import type { Warning } from '#protocol/failure.ts';
import { readFailure } from '../bytes/ioFailure.ts';
import { type Archive, readShardedArchive, readSingleArchive } from '../tensors/archive.ts';
import { quote } from '../tensors/jsonScanner.ts';
import { isThere } from './isThere.ts';
import { type JsonObject, readJsonFile } from './jsonFile.ts';
import type { Checkpoint } from './model.ts';
import { withPackedWeights } from './packedWeights.ts';
import { quantizationOf } from './quantization.ts';
import { isHead, tiedRolesOf, tiesEmbeddings } from './tiedRoles.ts';
import { withoutTiedCopy } from './withoutTiedCopy.ts';
import { withScales } from './withScales.ts';

export interface OpenOptions {
  /** As the user wrote it. */
  readonly reference: string;
  readonly hubId?: string;
  readonly signal?: AbortSignal;
  /** False in a window that does not trust its folders. Default: true. */
  readonly readsPickles?: boolean;
}

export const weightsName = 'model.safetensors';
export const indexName = 'model.safetensors.index.json';
export const pickleName = 'pytorch_model.bin';
export const pickleIndexName = 'pytorch_model.bin.index.json';

/**
 * Opens a folder in Hugging Face layout, or a single weights file; reads headers and `config.json` only.
 * Errors: those of the files.
 */
export async function openCheckpoint(path: string, options: OpenOptions): Promise<Checkpoint> {
  const { reference, hubId, signal, readsPickles = true } = options;
  const whole = resolve(path);
  const isInFolder = await isFolder(whole);
  const config = await configOf(isInFolder ? whole : dirname(whole), { whole, signal });
  const read = isInFolder
    ? await archiveOf(whole, signal, readsPickles)
    : await readSingleArchive(whole, signal, { readsPickles });
  const archive = withoutTiedCopy({ ...read, tensors: withScales(read.tensors) }, config);
  const facts = quantizationOf(config, archive.tensors);
  const stored = archive.tensors;
  const tensors = facts === undefined ? stored : await withPackedWeights({ tensors: stored, facts, signal });
  const head = [...tensors.keys()].find(isHead);
  const ties = tiesEmbeddings(config);
  const hasBoth = head !== undefined && tiedRolesOf({ tensors, tied: ties }) !== undefined;
  return {
    kind: 'checkpoint',
    reference,
    path: whole,
    ...(hubId !== undefined && { hubId }),
    files: archive.files,
    tensors,
    ...(facts !== undefined && { quantization: { ...facts, stored } }),
    ...(config !== undefined && { config }),
    tied: ties && head === undefined,
    warnings: [
      ...(hasBoth ? [headOfItsOwn(whole, head)] : []),
      ...(isInFolder ? await oddities(whole, archive) : []),
    ],
  };
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    throw readFailure(path, error);
  }
}

/** As transformers does, safetensors come before pickles, and of each one weights file before an index. */
async function archiveOf(
  folder: string,
  signal: AbortSignal | undefined,
  readsPickles: boolean,
): Promise<Archive> {
  for (const name of [weightsName, indexName, pickleName, pickleIndexName]) {
    const path = join(folder, name);
    if (!(await isThere(path))) continue;
    const read = name.endsWith('.json') ? readShardedArchive : readSingleArchive;
    return await read(path, signal, { readsPickles });
  }
  return await readSingleArchive(join(folder, weightsName), signal);
}

interface ConfigOf {
  /** What was named: the folder, or a file in it. */
  readonly whole: string;
  readonly signal: AbortSignal | undefined;
}

/** `model.safetensors` and `pytorch_model.bin` stand for their folder, configuration and all; other single files stand for themselves. */
async function configOf(folder: string, { whole, signal }: ConfigOf): Promise<JsonObject | undefined> {
  const path = join(folder, 'config.json');
  const isMeant = folder === whole || [weightsName, pickleName].includes(basename(whole));
  return isMeant && (await isThere(path)) ? await readJsonFile(path, signal) : undefined;
}

async function oddities(folder: string, { files }: Archive): Promise<readonly Warning[]> {
  const warnings: Warning[] = [];
  const index = join(folder, indexName);
  if (
    files.some(({ path }) => basename(path) === weightsName) &&
    files.length === 1 &&
    (await isThere(index))
  ) {
    const message = `There are both ${weightsName} and ${indexName}; the single file is read, as transformers does.`;
    warnings.push({ code: 'index-ignored', message, file: index });
  }
  if (!(await isThere(join(folder, 'config.json')))) {
    const message = 'There is no config.json: input and output embeddings are taken to be two tensors.';
    warnings.push({ code: 'no-config', message, file: folder });
  }
  return warnings;
}

/**
 * What is stored counts. transformers 5 does the same unless the two are equal, and then ties them again; before
 * version 5 it threw the head away. To know which, all of both would have to be read.
 */
function headOfItsOwn(folder: string, head: string): Warning {
  const message =
    `config.json ties the embeddings, but ${quote(head)} is stored all the same: it is steered as a tensor of its own. ` +
    'Where it equals the input embeddings, or before version 5, transformers will not use it.';
  return { code: 'head-stored-although-tied', message, file: folder, tensor: head };
}
