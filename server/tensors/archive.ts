import { dirname, join } from 'node:path';
import { concurrently } from '../bytes/concurrently.ts';
import type { ByteSource } from '../bytes/byteSource.ts';
import { openFile } from '../bytes/fileSource.ts';
import { ServerError } from '../errors.ts';
import { containerOf } from './container.ts';
import { quote } from './jsonScanner.ts';
import { readSafetensors, type SafetensorsFile } from './safetensorsHeader.ts';
import { readShardIndex, type ShardIndex } from './shardIndex.ts';
import { pointersAmong } from './shardPointers.ts';
import type { StoredTensor } from './storedTensor.ts';
import { readTorchFile } from './torch/torchFile.ts';

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

/** Tensors that belong together, in one file or several. Nothing is open. */
export interface Archive {
  /** Sorted by name. */
  readonly files: readonly ArchiveFile[];
  /** By name, in the order of the files and of the data in each. */
  readonly tensors: ReadonlyMap<string, StoredTensor>;
}

export interface ArchiveOptions {
  /** False where the folder is not trusted: pickles are refused with `untrusted-workspace`. Default: true. */
  readonly readsPickles?: boolean;
}

/** Reads a single file, by the format that its name says. Errors: those of `openFile` and of the format's reader. */
export async function readSingleArchive(
  path: string,
  signal?: AbortSignal,
  options: ArchiveOptions = {},
): Promise<Archive> {
  return toArchive([await readPart(path, signal, options)]);
}

/**
 * Reads an index and the headers of all files it names. Index and files must agree on every tensor:
 * `missing-tensor` where the named file lacks one, `invalid-index` where a file has one that the index does not put there.
 */
export async function readShardedArchive(
  indexPath: string,
  signal?: AbortSignal,
  options: ArchiveOptions = {},
): Promise<Archive> {
  await using source = await openFile(indexPath, signal);
  const index = await readShardIndex(source, signal);
  const folder = dirname(source.name);
  const parts = await concurrently(index.files, readsAtOnce, async (file) => {
    const part = await readPart(join(folder, file), signal, options);
    checkExtra(index, file, part);
    return part;
  }).catch(async (error: unknown) => {
    const isPointer = error instanceof ServerError && error.code === 'git-lfs-pointer';
    throw isPointer ? await pointersAmong(index, folder, signal) : error;
  });
  const archive = toArchive(parts);
  checkMissing(index, archive, folder);
  return archive;
}

interface Part {
  readonly file: ArchiveFile;
  readonly tensors: readonly StoredTensor[];
}

async function readPart(
  path: string,
  signal: AbortSignal | undefined,
  options: ArchiveOptions,
): Promise<Part> {
  await using source = await openFile(path, signal);
  const { tensors, metadata, headerSha256 } = await readHeader(source, signal, options);
  const { name, size, modifiedMilliseconds } = source;
  const names = tensors.map((tensor) => tensor.name);
  return {
    file: { path: name, size, modifiedMilliseconds, headerSha256, metadata, tensors: names },
    tensors,
  };
}

type Header = Pick<SafetensorsFile, 'tensors' | 'metadata' | 'headerSha256'>;

async function readHeader(
  source: ByteSource,
  signal: AbortSignal | undefined,
  { readsPickles = true }: ArchiveOptions,
): Promise<Header> {
  if (containerOf(source.name) !== 'pickle') return await readSafetensors(source, signal);
  if (readsPickles) return { ...(await readTorchFile(source, signal)), metadata: new Map() };
  const problem = 'is a PyTorch pickle, which is not read in a window that does not trust its folders';
  throw new ServerError('untrusted-workspace', source.name, problem);
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
