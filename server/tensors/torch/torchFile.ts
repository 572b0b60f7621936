import { createHash } from 'node:crypto';
import type { ByteSource } from '../../bytes/byteSource.ts';
import { concurrently } from '../../bytes/concurrently.ts';
import { ServerError } from '../../errors.ts';
import { quote } from '../jsonScanner.ts';
import { longestPointer, refusePointer } from '../lfsPointer.ts';
import { unpickle } from '../pickle/unpickle.ts';
import type { PickleTensor } from '../pickle/pickleValue.ts';
import type { StoredTensor } from '../storedTensor.ts';
import { readZipDirectory, type ZipDirectory, type ZipEntry } from '../zipDirectory.ts';
import { refuseOldFormats } from './oldFormats.ts';
import { stateDict } from './stateDict.ts';
import { storedTensor } from './storedInRecord.ts';
import { torchWorld } from './torchWorld.ts';

/** Names and places of tensors; the largest models known have some megabytes of them. */
const largestPickle = 2 ** 25;
const readsAtOnce = 16;

/** What a file of `torch.save` holds. */
export interface TorchFile {
  /** In the order of their data. */
  readonly tensors: readonly StoredTensor[];
  /** SHA-256 of the pickle and the zip directory, in hexadecimal. */
  readonly headerSha256: string;
}

/**
 * Reads which tensors are in a file that `torch.save` wrote (torch 1.6 or newer), and where. Nothing that the pickle
 * asks for is run: what is not needed to describe tensors is `unsafe-pickle`, with its name. Other errors:
 * `invalid-pickle`, `unsupported-format` (older files, TorchScript, big-endian), `too-large`, `git-lfs-pointer`.
 */
export async function readTorchFile(source: ByteSource, signal?: AbortSignal): Promise<TorchFile> {
  const head = await source.read(0, Math.min(source.size, longestPointer), signal);
  refusePointer(source.name, head);
  refuseOldFormats(source.name, head);
  const directory = await readZipDirectory(source, signal);
  const archive = { source, directory, root: rootOf(source.name, directory), signal };
  await refuseBigEndian(archive);
  const pickle = await record(archive, 'data.pkl', largestPickle);
  const refuse = (problem: string) => new ServerError('invalid-pickle', source.name, problem);
  const unsafe = (problem: string) => new ServerError('unsafe-pickle', source.name, problem);
  const tensors = stateDict(unpickle(pickle, torchWorld(refuse, unsafe), refuse), source.name);
  const header = createHash('sha256').update(pickle).update(directory.bytes);
  return { tensors: await place(archive, tensors), headerSha256: header.digest('hex') };
}

interface Archive {
  readonly source: ByteSource;
  readonly directory: ZipDirectory;
  /** The folder in the archive that all of it is in, with its slash. */
  readonly root: string;
  readonly signal: AbortSignal | undefined;
}

function rootOf(file: string, { entries }: ZipDirectory): string {
  const pickles = [...entries.keys()].filter((name) => /^(?:[^/]+\/)?data\.pkl$/.test(name));
  const [only, ...others] = pickles;
  if (only === undefined || others.length > 0) {
    const problem = `is an archive with ${pickles.length} files data.pkl; torch.save writes one`;
    throw new ServerError('invalid-pickle', file, problem);
  }
  const root = only.slice(0, -'data.pkl'.length);
  if (!entries.has(`${root}constants.pkl`)) return root;
  const problem = 'is a TorchScript program, which is not read; save its state_dict() with safetensors';
  throw new ServerError('unsupported-format', file, problem);
}

async function refuseBigEndian(archive: Archive): Promise<void> {
  const { source, directory, root } = archive;
  if (!directory.entries.has(`${root}byteorder`)) return;
  const order = Buffer.from(await record(archive, 'byteorder', 16)).toString('latin1');
  if (order === 'little') return;
  const problem = `was saved on a machine of the byte order ${quote(order)}; save it again with safetensors`;
  throw new ServerError('unsupported-format', source.name, problem);
}

/** A small file of the archive, whole. */
async function record(
  { source, directory, root, signal }: Archive,
  name: string,
  most: number,
): Promise<Uint8Array> {
  const entry = directory.entries.get(`${root}${name}`);
  if (entry === undefined)
    throw new ServerError('invalid-pickle', source.name, `lacks its file ${quote(name)}`);
  if (entry.size > most) {
    const problem = `has ${entry.size} bytes in ${quote(entry.name)}; the limit is ${most}`;
    throw new ServerError('too-large', source.name, problem);
  }
  return await source.read(await dataOffset(source, entry, directory.start, signal), entry.size, signal);
}

/** Behind the local header (APPNOTE §4.3.7), whose name and extra field may be longer than in the directory. */
async function dataOffset(
  source: ByteSource,
  { name, header, size, odd }: ZipEntry,
  end: number,
  signal: AbortSignal | undefined,
): Promise<number> {
  if (odd !== undefined) throw new ServerError('invalid-pickle', source.name, `holds ${quote(name)} ${odd}`);
  const bytes = await source.read(header, 30, signal);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const offset = header + 30 + view.getUint16(26, true) + view.getUint16(28, true);
  if (view.getUint32(0, true) === 0x04034b50 && offset + size <= end) return offset;
  const problem = `says that ${quote(name)} has ${size} bytes at ${header}, but there are none such before ${end}`;
  throw new ServerError('invalid-pickle', source.name, problem);
}

async function place(archive: Archive, tensors: ReadonlyMap<string, PickleTensor>): Promise<StoredTensor[]> {
  const { source, directory, root, signal } = archive;
  const keys = new Set([...tensors.values()].map(({ storage }) => storage.key));
  const found = await concurrently([...keys], readsAtOnce, async (key) => {
    const entry = directory.entries.get(`${root}data/${key}`);
    if (entry === undefined)
      throw new ServerError('invalid-pickle', source.name, `lacks the storage ${quote(key)}`);
    const offset = await dataOffset(source, entry, directory.start, signal);
    return [key, { offset, size: entry.size }] as const;
  });
  const places = new Map(found);
  refuseOverlap(source.name, [...places.values()]);
  return [...tensors]
    .flatMap(([name, tensor]) => {
      const at = places.get(tensor.storage.key);
      return at === undefined ? [] : storedTensor(source.name, name, tensor, at);
    })
    .toSorted((one, other) => one.offset - other.offset);
}

/** Two files of an archive never share bytes; the same tensor twice is one storage. */
function refuseOverlap(
  file: string,
  places: readonly { readonly offset: number; readonly size: number }[],
): void {
  let end = 0;
  for (const { offset, size } of places.toSorted((one, other) => one.offset - other.offset)) {
    if (size > 0 && offset < end) {
      throw new ServerError('invalid-pickle', file, `has two files in the same bytes, at ${offset}`);
    }
    end = Math.max(end, offset + size);
  }
}
