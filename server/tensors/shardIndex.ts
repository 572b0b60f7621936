import type { ByteSource } from '../bytes/byteSource.ts';
import { ServerError } from '../errors.ts';
import { JsonScanner, quote } from './jsonScanner.ts';
import { longestPointer, refusePointer } from './lfsPointer.ts';

const largestIndex = 2 ** 26;
const mostTensors = 500_000;
const mostShards = 10_000;

/** Which file holds which tensor, as `model.safetensors.index.json` says. */
export interface ShardIndex {
  /** Absolute path of the index. */
  readonly path: string;
  /** Plain file names beside the index by tensor name, in the index's order. */
  readonly weightMap: ReadonlyMap<string, string>;
  /** Each file once, sorted. */
  readonly files: readonly string[];
}

/**
 * Reads the index of a sharded checkpoint; other fields than `weight_map` are checked as JSON and passed over.
 * Errors: `invalid-index`, `too-large` (above 64 MB, 500,000 tensors or 10,000 files), `git-lfs-pointer`.
 */
export async function readShardIndex(source: ByteSource, signal?: AbortSignal): Promise<ShardIndex> {
  const { name: path, size } = source;
  if (size > largestIndex) throw tooLarge(path, `${size} bytes; the limit is ${largestIndex}`);
  const json = await source.read(0, size, signal);
  refusePointer(path, json.subarray(0, longestPointer));
  const weightMap = scanIndex(path, json);
  const files = [...new Set(weightMap.values())].toSorted();
  if (files.length > mostShards) throw tooLarge(path, `${files.length} files; the limit is ${mostShards}`);
  return { path, weightMap, files };
}

function scanIndex(path: string, json: Uint8Array): ReadonlyMap<string, string> {
  const scanner = new JsonScanner(json, (problem) => invalid(path, problem));
  let weightMap: ReadonlyMap<string, string> | undefined;
  scanner.object((key) => {
    if (key === 'weight_map') weightMap = scanWeightMap(path, scanner);
    else scanner.skip();
  });
  scanner.end();
  if (weightMap === undefined) throw invalid(path, 'has no weight_map');
  if (weightMap.size === 0) throw invalid(path, 'has an empty weight_map');
  return weightMap;
}

/** One string per file, not per tensor: an index may name a file many thousand times. */
function scanWeightMap(path: string, scanner: JsonScanner): ReadonlyMap<string, string> {
  const weightMap = new Map<string, string>();
  const names = new Map<string, string>();
  scanner.object((tensor) => {
    if (weightMap.size === mostTensors) throw tooLarge(path, `more than ${mostTensors} tensors`);
    const file = scanner.string();
    if (!names.has(file)) names.set(checkedName(path, tensor, file), file);
    weightMap.set(tensor, names.get(file) ?? file);
  });
  return weightMap;
}

/** A shard lies beside its index: a name that leads elsewhere is refused. */
function checkedName(path: string, tensor: string, file: string): string {
  if (file !== '' && file !== '.' && file !== '..' && !/[/\\\0]/.test(file)) return file;
  const problem = `weight_map puts ${quote(tensor)} into ${quote(file)}, which is not a plain file name`;
  throw invalid(path, problem, tensor);
}

function invalid(path: string, problem: string, tensor?: string): ServerError {
  return new ServerError('invalid-index', path, problem, tensor === undefined ? {} : { tensor });
}

function tooLarge(path: string, what: string): ServerError {
  return new ServerError('too-large', path, `has ${what}, beyond any real model`);
}
