import { join, resolve } from 'node:path';
import { ServerError } from '../errors.ts';
import { type Archive, readSingleArchive } from '../tensors/archive.ts';
import { quote } from '../tensors/jsonScanner.ts';
import { readAdapter } from './adapter.ts';
import type { OpenOptions } from './checkpoint.ts';
import { manifestName, toManifest } from './directionManifest.ts';
import { isThere } from './isThere.ts';
import { readJsonFile } from './jsonFile.ts';
import type { Adapter, StoredDirection } from './model.ts';

const denseName = 'direction.safetensors';

/**
 * Opens a stored w; reads headers and configurations only. `invalid-direction` where the folder is not what
 * `direction.json` says, `unsupported-version` where that is of a later format; else the errors of the files and of
 * `readAdapter`.
 */
export async function openDirection(
  folder: string,
  { reference, signal }: Omit<OpenOptions, 'hubId'>,
): Promise<StoredDirection> {
  const path = resolve(folder);
  const file = join(path, manifestName);
  const manifest = toManifest(file, await readJsonFile(file, signal));
  const adapter = await adapterOf(path, { reference, ...(signal !== undefined && { signal }) });
  const dense = await denseOf(path, signal);
  if (manifest.norm !== 0 && adapter === undefined && dense === undefined) {
    throw invalid(path, `has neither factors (adapter_config.json) nor dense tensors (${denseName})`);
  }
  if (manifest.complete && dense !== undefined) {
    throw invalid(file, `says that the factors are all of it ("complete": true), but ${denseName} is there`);
  }
  return {
    kind: 'direction',
    reference,
    path,
    manifest,
    ...(adapter !== undefined && { adapter }),
    dense: dense?.tensors ?? new Map(),
    files: [...(adapter?.files ?? []), ...(dense?.files ?? [])],
    warnings: adapter?.warnings ?? [],
  };
}

/** A tensor held whole is a value and a magnitude is for one; w has changes only. */
async function adapterOf(path: string, options: OpenOptions): Promise<Adapter | undefined> {
  if (!(await isThere(join(path, 'adapter_config.json')))) return undefined;
  const adapter = await readAdapter(path, options);
  const magnitudes = adapter.factors.flatMap(({ magnitude }) => magnitude?.lengths ?? []);
  const [whole] = [...adapter.whole.map(({ stored }) => stored), ...magnitudes];
  if (whole === undefined) return adapter;
  const { name, file } = whole;
  const problem = `${quote(name)} is no factor; what a direction holds whole lies in ${denseName}`;
  throw new ServerError('invalid-direction', file, problem, { tensor: name });
}

async function denseOf(path: string, signal: AbortSignal | undefined): Promise<Archive | undefined> {
  const file = join(path, denseName);
  if (!(await isThere(file))) return undefined;
  const dense = await readSingleArchive(file, signal);
  for (const { name, dtype } of dense.tensors.values()) {
    if (dtype === 'F32') continue;
    const problem = `${quote(name)} is ${dtype}; the tensors of a direction are F32`;
    throw new ServerError('invalid-direction', file, problem, { tensor: name });
  }
  return dense;
}

function invalid(subject: string, problem: string): ServerError {
  return new ServerError('invalid-direction', subject, problem);
}
