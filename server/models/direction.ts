import { join, resolve } from 'node:path';
import { exists } from '../bytes/stagingPlaces.ts';
import { ServerError } from '../errors.ts';
import { type Archive, readSingleArchive } from '../tensors/archive.ts';
import { quote } from '../tensors/jsonScanner.ts';
import { readAdapter } from './adapter.ts';
import type { OpenOptions } from './checkpoint.ts';
import { isJsonObject, type JsonObject, readJsonFile } from './jsonFile.ts';
import type { DirectionManifest, StoredDirection } from './model.ts';

export const manifestName = 'direction.json';
const denseName = 'direction.safetensors';

/** Opens a stored w. `invalid-direction` where the folder is not what `direction.json` says. */
export async function openDirection(
  folder: string,
  { reference, signal }: Omit<OpenOptions, 'hubId'>,
): Promise<StoredDirection> {
  const path = resolve(folder);
  const file = join(path, manifestName);
  const manifest = toManifest(file, await readJsonFile(file, signal));
  const options = { reference, ...(signal !== undefined && { signal }) };
  const hasAdapter = await exists(join(path, 'adapter_config.json'));
  const adapter = hasAdapter ? await readAdapter(path, options) : undefined;
  const densePath = join(path, denseName);
  const dense = (await exists(densePath)) ? await readSingleArchive(densePath, signal) : undefined;
  if (manifest.norm !== 0 && adapter === undefined && dense === undefined) {
    throw invalid(
      path,
      'has neither factors (adapter_config.json) nor dense tensors (direction.safetensors)',
    );
  }
  if (manifest.complete && dense !== undefined) {
    throw invalid(file, `says that the factors are all of it ("complete": true), but ${denseName} is there`);
  }
  if (dense !== undefined) refuseOthers(dense);
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

function refuseOthers({ tensors }: Archive): void {
  for (const { name, dtype, file } of tensors.values()) {
    if (dtype === 'F32') continue;
    const problem = `${quote(name)} is ${dtype}; the tensors of a direction are F32`;
    throw new ServerError('invalid-direction', file, problem, { tensor: name });
  }
}

function toManifest(file: string, value: JsonObject): DirectionManifest {
  const { format, version, name, base, norm, layers, complete, untied, created, tool } = value;
  if (format !== 'weight-steering-direction') {
    throw invalid(file, `has the format ${JSON.stringify(format)}, not "weight-steering-direction"`);
  }
  if (version !== 1) {
    const problem = `has the version ${JSON.stringify(version)}; this program reads version 1`;
    throw new ServerError(
      typeof version === 'number' ? 'unsupported-version' : 'invalid-direction',
      file,
      problem,
    );
  }
  if (typeof name !== 'string') throw invalid(file, 'has no "name"');
  if (typeof complete !== 'boolean') throw invalid(file, '"complete" is neither true nor false');
  if (untied !== undefined && typeof untied !== 'boolean')
    throw invalid(file, '"untied" is neither true nor false');
  if (norm !== null && typeof norm !== 'number') throw invalid(file, '"norm" is neither a number nor null');
  return {
    format,
    version,
    name,
    base: toBase(file, base),
    recipe: value['recipe'],
    norm,
    layers: typeof layers === 'number' ? layers : 0,
    complete,
    ...(untied !== undefined && { untied }),
    created: typeof created === 'string' ? created : '',
    tool: typeof tool === 'string' ? tool : '',
  };
}

function toBase(file: string, base: unknown): DirectionManifest['base'] {
  if (base === null) return null;
  if (!isJsonObject(base)) throw invalid(file, '"base" is neither an object nor null');
  const { reference, tensors, headerSha256 } = base;
  if (typeof reference === 'string' && typeof tensors === 'number' && typeof headerSha256 === 'string') {
    return { reference, tensors, headerSha256 };
  }
  throw invalid(file, '"base" has to have "reference", "tensors" and "headerSha256"');
}

function invalid(subject: string, problem: string): ServerError {
  return new ServerError('invalid-direction', subject, problem);
}
