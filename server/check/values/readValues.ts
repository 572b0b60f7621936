import { type FileSource, openFile } from '../../bytes/fileSource.ts';
import { elementCount } from '../../tensors/dtype.ts';
import type { StoredTensor } from '../../tensors/storedTensor.ts';
import { type Counts, isScanned, mostBytes, Scan, type ScannedDType } from './scan.ts';

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
  for (const [file, own] of byFile) {
    await using source = await openFile(file, options.signal);
    for (const tensor of own.toSorted((one, other) => one.offset - other.offset)) {
      const { dtype } = tensor;
      if (isScanned(dtype)) each(await factsOf(source, { ...tensor, dtype }, options));
      else options.read(tensor.bytes);
    }
  }
}

type Scanned = StoredTensor & { readonly dtype: ScannedDType };

async function factsOf(source: FileSource, tensor: Scanned, options: ReadValuesOptions): Promise<ValueFacts> {
  const elements = elementCount(tensor.shape) ?? 0;
  const columns = elements === 0 ? 0 : (tensor.shape.at(-1) ?? 1);
  const rows = elements === 0 ? 0 : elements / columns;
  const width = elements === 0 ? 1 : tensor.bytes / elements;
  const isFlat = columns * width > mostBytes; // Longer than fits: its rows and columns are not told apart.
  const scan = new Scan(tensor.dtype, isFlat ? mostBytes / width : columns);
  if (elements > 0) await scanTensor(source, { tensor, scan }, options);
  const untold = { deadRows: 0, firstDeadRow: -1, deadColumns: 0, firstDeadColumn: -1 };
  return { ...scan.counts, ...(isFlat && untold), tensor, elements, rows, columns };
}

interface Scanning {
  readonly tensor: Scanned;
  readonly scan: Scan;
}

/** While one part is counted the next is read. */
async function scanTensor(
  source: FileSource,
  { tensor: { offset, bytes }, scan }: Scanning,
  { signal, read }: ReadValuesOptions,
): Promise<void> {
  const step = Math.max(1, Math.floor(mostBytes / scan.rowBytes)) * scan.rowBytes;
  const readAt = (at: number) => {
    const reading = source.read(offset + at, Math.min(step, bytes - at), signal);
    reading.catch(() => {}); // It is met when it is waited for.
    return reading;
  };
  let next = readAt(0);
  for (let at = 0; at < bytes; at += step) {
    const block = await next;
    if (at + step < bytes) next = readAt(at + step);
    scan.add(block);
    read(block.length);
  }
}
