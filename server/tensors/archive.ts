import { dirname, join } from 'node:path';
import { concurrently } from '../bytes/concurrently.ts';
import { openFile } from '../bytes/fileSource.ts';
import { ServerError } from '../errors.ts';
import { quote } from './jsonScanner.ts';
import { readSafetensors, type SafetensorsFile } from './safetensorsHeader.ts';
import { readShardIndex, type ShardIndex } from './shardIndex.ts';
import type { StoredTensor } from './storedTensor.ts';

/** Headers read at once: enough to hide the disk's latency, few enough to bound the memory. */
const readsAtOnce = 4;

/** One file of an archive, with what its header said. */
export interface ArchiveFile {
  /** Absolute path, links not resolved. */
  readonly path: string;
  readonly size: number;
  readonly modifiedMilliseconds: number;
  /** SHA-256 of the raw header bytes (the 8-byte length and the JSON), in hexadecimal. */
  readonly headerSha256: string;
  readonly metadata: ReadonlyMap<string, string>;
  /** Names of its tensors in the order of their data. */
  readonly tensors: readonly string[];
}

/** Tensors that belong together, in one safetensors file or several. Nothing is open. */
export interface Archive {
  /** Sorted by name. */
  readonly files: readonly ArchiveFile[];
  /** By name, in the order of the files and of the data in each. */
  readonly tensors: ReadonlyMap<string, StoredTensor>;
}

/** Reads a single safetensors file. Errors: those of `openFile` and `readSafetensors`. */
export async function readSingleArchive(path: string, signal?: AbortSignal): Promise<Archive> {
  return toArchive([await readPart(path, signal)]);
}

/**
 * Reads an index and the headers of all files it names. Index and files must agree on every tensor:
 * `missing-tensor` where the named file lacks one, `invalid-index` where a file has one that the index does not put there.
 */
export async function readShardedArchive(indexPath: string, signal?: AbortSignal): Promise<Archive> {
  await using source = await openFile(indexPath, signal);
  const index = await readShardIndex(source, signal);
  const folder = dirname(source.name);
  const parts = await concurrently(index.files, readsAtOnce, async (file) => {
    const part = await readPart(join(folder, file), signal);
    checkExtra(index, file, part);
    return part;
  });
  const archive = toArchive(parts);
  checkMissing(index, archive, folder);
  return archive;
}

interface Part {
  readonly file: ArchiveFile;
  readonly tensors: SafetensorsFile['tensors'];
}

async function readPart(path: string, signal: AbortSignal | undefined): Promise<Part> {
  await using source = await openFile(path, signal);
  const { tensors, size, metadata, headerSha256 } = await readSafetensors(source, signal);
  const { name, modifiedMilliseconds } = source;
  const names = tensors.map((tensor) => tensor.name);
  return {
    file: { path: name, size, modifiedMilliseconds, headerSha256, metadata, tensors: names },
    tensors,
  };
}

/** Checked as each file arrives: together they can then hold no more tensors than the index. */
function checkExtra({ path, weightMap }: ShardIndex, file: string, part: Part): void {
  for (const { name } of part.tensors) {
    const named = weightMap.get(name);
    if (named === file) continue;
    const says = named === undefined ? 'does not name it' : `puts it into ${quote(named)}`;
    const problem = `tensor ${quote(name)} is in ${quote(part.file.path)}, but the index ${says}`;
    throw new ServerError('invalid-index', path, problem, { tensor: name });
  }
}

function checkMissing({ path, weightMap }: ShardIndex, archive: Archive, folder: string): void {
  for (const [tensor, file] of weightMap) {
    if (archive.tensors.has(tensor)) continue;
    const problem = `tensor ${quote(tensor)} is not in this file, although ${quote(path)} puts it there`;
    throw new ServerError('missing-tensor', join(folder, file), problem, { tensor });
  }
}

function toArchive(parts: readonly Part[]): Archive {
  const tensors = parts.flatMap((part) => part.tensors);
  return {
    files: parts.map((part) => part.file),
    tensors: new Map(tensors.map((tensor) => [tensor.name, tensor])),
  };
}
