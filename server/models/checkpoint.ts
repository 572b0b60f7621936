import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { exists } from '../bytes/stagingPlaces.ts';
import { readShardedArchive, readSingleArchive } from '../tensors/archive.ts';
import { readJsonFile } from './jsonFile.ts';
import type { Checkpoint } from './model.ts';
import { isHead, tiesEmbeddings } from './tiedRoles.ts';

export interface OpenOptions {
  /** As the user wrote it. */
  readonly reference: string;
  readonly hubId?: string;
  readonly signal?: AbortSignal;
}

export const weightsName = 'model.safetensors';
export const indexName = 'model.safetensors.index.json';

/**
 * Opens a folder in Hugging Face layout, or a single safetensors file; reads headers and `config.json` only.
 * Errors: those of the files.
 */
export async function openCheckpoint(path: string, options: OpenOptions): Promise<Checkpoint> {
  const { reference, hubId, signal } = options;
  const whole = resolve(path);
  const isFolder = (await stat(whole)).isDirectory();
  const config = isFolder ? await configOf(whole, signal) : undefined;
  const archive = isFolder ? await archiveOf(whole, signal) : await readSingleArchive(whole, signal);
  const hasHead = [...archive.tensors.keys()].some(isHead);
  return {
    kind: 'checkpoint',
    reference,
    path: whole,
    ...(hubId !== undefined && { hubId }),
    files: archive.files,
    tensors: archive.tensors,
    ...(config !== undefined && { config }),
    tied: !hasHead && tiesEmbeddings(config),
    warnings: [],
  };
}

/** As transformers does, one weights file comes before an index. */
async function archiveOf(folder: string, signal: AbortSignal | undefined) {
  const single = join(folder, weightsName);
  return (await exists(single))
    ? await readSingleArchive(single, signal)
    : await readShardedArchive(join(folder, indexName), signal);
}

async function configOf(folder: string, signal: AbortSignal | undefined) {
  const path = join(folder, 'config.json');
  return (await exists(path)) ? await readJsonFile(path, signal) : undefined;
}
