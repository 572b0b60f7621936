import { type FileSource, openFile } from '../../bytes/fileSource.ts';
import { elementCount, isFloat } from '../../tensors/dtype.ts';
import type { StoredTensor } from '../../tensors/storedTensor.ts';
import { type Counts, emptyCounts, scanRows } from './scan.ts';

/** What the values of a tensor are like. */
export interface ValueFacts extends Omit<Counts, 'alive'> {
  readonly tensor: StoredTensor;
  readonly elements: number;
  readonly rows: number;
  readonly columns: number;
  readonly deadColumns: number;
  readonly firstDeadColumn: number;
}

export interface ReadValuesOptions {
  readonly signal: AbortSignal;
  /** Bytes since it was last called. */
  readonly read: (bytes: number) => void;
}

/** Bytes in memory at once, twice. */
const part = 2 ** 22;

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
      if (isFloat(tensor.dtype)) each(await factsOf(source, tensor, options));
      else options.read(tensor.bytes);
    }
  }
}

async function factsOf(
  source: FileSource,
  tensor: StoredTensor,
  options: ReadValuesOptions,
): Promise<ValueFacts> {
  const elements = elementCount(tensor.shape) ?? 0;
  const columns = elements === 0 ? 0 : (tensor.shape.at(-1) ?? 1);
  const rowBytes = elements === 0 ? 0 : tensor.bytes / (elements / columns);
  const isFlat = rowBytes > part; // Longer than fits: its rows and columns are not told apart.
  const width = isFlat ? part : rowBytes;
  const counts = emptyCounts(isFlat ? (part * columns) / rowBytes : columns);
  if (elements > 0) await scanTensor(source, { tensor, width, counts }, options);
  const { alive, ...sums } = counts;
  const deadColumns = isFlat ? 0 : alive.reduce((sum, one) => sum + 1 - one, 0);
  return {
    ...sums,
    ...(isFlat && { deadRows: 0 }),
    tensor,
    elements,
    rows: elements === 0 ? 0 : elements / columns,
    columns,
    deadColumns,
    firstDeadColumn: alive.indexOf(0),
  };
}

interface Scan {
  readonly tensor: StoredTensor;
  /** Bytes of a row. */
  readonly width: number;
  readonly counts: Counts;
}

/** While one part is counted the next is read. */
async function scanTensor(
  source: FileSource,
  { tensor: { dtype, offset, bytes }, width, counts }: Scan,
  { signal, read }: ReadValuesOptions,
): Promise<void> {
  if (!isFloat(dtype)) return;
  const step = Math.max(1, Math.floor(part / width)) * width;
  const readAt = (at: number) => {
    const reading = source.read(offset + at, Math.min(step, bytes - at), signal);
    reading.catch(() => {}); // It is met when it is waited for.
    return reading;
  };
  let next = readAt(0);
  for (let at = 0; at < bytes; at += step) {
    const block = await next;
    if (at + step < bytes) next = readAt(at + step);
    scanRows(dtype, block, at / width, counts);
    read(block.length);
  }
}
