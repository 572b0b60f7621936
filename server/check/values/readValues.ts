import { type FileSource, openFile } from '../../bytes/fileSource.ts';
import { elementCount } from '../../tensors/dtype.ts';
import type { StoredTensor } from '../../tensors/storedTensor.ts';
import {
  type Counts,
  isScanned,
  mostBytes,
  Scan,
  type ScannedDType,
  type ScanRoom,
  takeRoom,
} from './scan.ts';

/** What the values of a tensor are like. */
export interface ValueFacts extends Counts {
  readonly tensor: StoredTensor;
  readonly elements: number;
  readonly rows: number;
  readonly columns: number;
}

export interface ReadValuesOptions {
  readonly signal: AbortSignal;
  /** Bytes since it was last called. */
  readonly read: (bytes: number) => void;
}

/** Reads all values once, a file after another; calls `each` with every tensor's facts. What is no float is passed over. */
export async function readValues(
  tensors: readonly StoredTensor[],
  options: ReadValuesOptions,
  each: (facts: ValueFacts) => void,
): Promise<void> {
  const byFile = Map.groupBy(tensors, ({ file }) => file);
  using room = takeRoom();
  for (const [file, own] of byFile) {
    await using source = await openFile(file, options.signal);
    const inOrder = own.toSorted((one, other) => one.offset - other.offset);
    for (const { dtype, bytes } of inOrder) if (!isScanned(dtype)) options.read(bytes);
    for await (const { bytes, scanning, isLast } of ahead(source, partsOf(inOrder, room), {
      room,
      ...options,
    })) {
      if (bytes.length > 0) scanning.scan.add(bytes);
      options.read(bytes.length);
      if (isLast) each(factsOf(scanning));
    }
  }
}

type Scanned = StoredTensor & { readonly dtype: ScannedDType };

interface Scanning {
  readonly tensor: Scanned;
  readonly elements: number;
  readonly rows: number;
  readonly columns: number;
  /** A row is longer than what is read at once: rows and columns are not told apart. */
  readonly isFlat: boolean;
  readonly scan: Scan;
}

function scanningOf(tensor: Scanned, room: ScanRoom): Scanning {
  const elements = elementCount(tensor.shape) ?? 0;
  const columns = elements === 0 ? 0 : (tensor.shape.at(-1) ?? 1);
  const rows = elements === 0 ? 0 : elements / columns;
  const width = elements === 0 ? 1 : tensor.bytes / elements;
  const isFlat = columns * width > mostBytes;
  const scan = new Scan(room, tensor.dtype, isFlat ? mostBytes / width : columns);
  return { tensor, elements, rows, columns, isFlat, scan };
}

function factsOf({ scan, isFlat, ...facts }: Scanning): ValueFacts {
  const untold = { deadRows: 0, firstDeadRow: -1, deadColumns: 0, firstDeadColumn: -1 };
  return { ...scan.counts, ...(isFlat && untold), ...facts };
}

/** Whole rows of a tensor, as many as are read at once. */
interface Part {
  readonly scanning: Scanning;
  readonly offset: number;
  readonly length: number;
  readonly isLast: boolean;
}

function* partsOf(tensors: readonly StoredTensor[], room: ScanRoom): Generator<Part> {
  for (const { dtype, ...tensor } of tensors) {
    if (!isScanned(dtype)) continue;
    const scanning = scanningOf({ ...tensor, dtype }, room);
    const { offset, bytes } = tensor;
    const row = Math.max(1, scanning.scan.rowBytes);
    const step = Math.max(1, Math.floor(mostBytes / row)) * row;
    for (let at = 0; at === 0 || at < bytes; at += step) {
      const length = Math.min(step, bytes - at);
      yield { scanning, offset: offset + at, length, isLast: at + step >= bytes };
    }
  }
}

interface Ahead extends Pick<ReadValuesOptions, 'signal'> {
  readonly room: ScanRoom;
}

/** The bytes of each part, which stay until the next one is asked for. While one is looked at the next is read, of the next tensor too. */
async function* ahead(
  source: FileSource,
  parts: Iterator<Part>,
  { room, signal }: Ahead,
): AsyncGenerator<Part & { readonly bytes: Uint8Array }> {
  let [here, there] = room.parts;
  const begin = (buffer: Uint8Array) => {
    const { value: part, done } = parts.next();
    if (done === true) return undefined;
    const bytes = buffer.subarray(0, part.length);
    const reading = source.readInto(bytes, part.offset, signal);
    reading.catch(() => {}); // It is met when it is waited for.
    return { part, bytes, reading };
  };
  for (let current = begin(here); current !== undefined;) {
    await current.reading;
    const next = begin(there);
    yield { ...current.part, bytes: current.bytes };
    [here, there, current] = [there, here, next];
  }
}
