import type { Warning } from '#protocol/failure.ts';
import type { GgufFile } from '../../tensors/gguf/ggufFile.ts';
import { ServerError } from '../../errors.ts';
import { quote } from '../../tensors/jsonScanner.ts';
import type { StoredTensor } from '../../tensors/storedTensor.ts';
import type { OpenOptions } from '../checkpoint.ts';
import type { Checkpoint, WeightsFile } from '../model.ts';
import { isHead } from '../tiedRoles.ts';
import { type GgufPart, readGgufParts } from './ggufParts.ts';
import { architectureName, ggufConfiguration, headsOf } from './ggufConfiguration.ts';
import { architectures, type GgufArchitecture, transformersName } from './tensorNames.ts';

/**
 * A GGUF file, or all parts of a model of several, as a checkpoint with the names of transformers, where its architecture is known: layouts
 * say what llama.cpp did to the values, and undo it when they are read. What has no such name keeps its own, and so does all of
 * an architecture that is not known. Errors: those of `readGgufParts`.
 */
export async function openGguf(path: string, { reference, hubId, signal }: OpenOptions): Promise<Checkpoint> {
  const parts = await readGgufParts(path, signal);
  const [first] = parts;
  if (first === undefined) throw new Error('There is no model without a file.');
  const architecture = architectures.get(architectureName(first.values) ?? '');
  const renamed = parts.map((part) => part.tensors.map((tensor) => named(tensor, first, architecture)));
  const tensors = renamed.flat();
  refuseTwins(first.path, tensors);
  return {
    kind: 'checkpoint',
    reference,
    path: first.path,
    ...(hubId !== undefined && { hubId }),
    files: parts.map((part, at) => fileOf(part, renamed[at] ?? [])),
    tensors: new Map(tensors.map((tensor) => [tensor.name, tensor])),
    config: ggufConfiguration(first.values, architecture),
    tied: architecture !== undefined && !tensors.some(({ name }) => isHead(name)),
    warnings: architecture === undefined ? [unknownNames(first.path, first)] : [],
  };
}

/** A tensor may have by itself the name that another has in transformers. */
function refuseTwins(path: string, tensors: readonly StoredTensor[]): void {
  const names = new Set<string>();
  for (const { name } of tensors) {
    if (names.has(name)) {
      const problem = `has two tensors that are ${quote(name)} in transformers`;
      throw new ServerError('invalid-gguf', path, problem, { tensor: name });
    }
    names.add(name);
  }
}

function fileOf(part: GgufPart, tensors: readonly StoredTensor[]): WeightsFile {
  const { path, size, modifiedMilliseconds, headerSha256 } = part;
  const names = tensors.map(({ name }) => name);
  return { path, size, modifiedMilliseconds, headerSha256, metadata: metadataOf(part), tensors: names };
}

function named(
  tensor: StoredTensor,
  { values }: GgufFile,
  architecture: GgufArchitecture | undefined,
): StoredTensor {
  const name = architecture === undefined ? undefined : transformersName(tensor.name, architecture);
  if (architecture === undefined || name === undefined) return tensor;
  const [, layer = '0', part = tensor.name] = /^blk\.(\d+)\.(.+)$/.exec(tensor.name) ?? [];
  const layout = architecture.layoutOf(part, headsOf(values, Number(layer)));
  if (layout === undefined) return { ...tensor, name };
  const shape = layout.kind === 'turned' ? tensor.shape.toReversed() : tensor.shape;
  return { ...tensor, name, shape, layout };
}

/** What is neither a list nor longer than a line. */
function metadataOf({ values }: GgufFile): ReadonlyMap<string, string> {
  const metadata = new Map<string, string>();
  for (const [key, value] of values) {
    if (typeof value === 'object') continue;
    const text = String(value);
    if (text.length <= 200) metadata.set(key, text);
  }
  return metadata;
}

function unknownNames(file: string, { values }: GgufFile): Warning {
  const message =
    `Its architecture (${architectureName(values) ?? 'none'}) is none whose tensors are known by their names in transformers: they keep those of llama.cpp, ` +
    'so it can be compared and contrasted with GGUF files of the same architecture only.';
  return { code: 'gguf-names', message, file };
}
