import type { ByteSource } from '../../bytes/byteSource.ts';
import { ServerError } from '../../errors.ts';
import { storageOf } from '../dtype.ts';
import { quote } from '../jsonScanner.ts';
import type { StoredTensor } from '../storedTensor.ts';
import { blockOf } from './ggmlTypes.ts';
import type { GgufEntry, GgufHeader } from './ggufHeader.ts';

/** GGUF_DEFAULT_ALIGNMENT */
const usual = 32;

/**
 * Tensors at their places in the file, in the order of their data. Each begins at a multiple of the alignment, behind
 * the one before, and ends before the file does.
 */
export function placeTensors({ name: file, size }: ByteSource, header: GgufHeader): readonly StoredTensor[] {
  const refuse = (problem: string, tensor?: string) =>
    new ServerError('invalid-gguf', file, problem, tensor === undefined ? {} : { tensor });
  const alignment = alignmentOf(header, refuse);
  const start = Math.ceil(header.length / alignment) * alignment;
  let covered = 0n;
  return inDataOrder(header.entries).map((entry) => {
    const { name, dtype, shape, offset } = entry;
    const bytes = bytesOf(entry, refuse);
    const range = `tensor ${quote(name)} has ${bytes} bytes at data byte ${offset}`;
    if (offset % BigInt(alignment) !== 0n)
      throw refuse(`${range}, which is no multiple of ${alignment}`, name);
    if (offset < covered) throw refuse(`${range}, inside of another that ends at ${covered}`, name);
    covered = offset + BigInt(bytes);
    if (BigInt(start) + covered > BigInt(size)) {
      throw refuse(`${range}, but the file ends at ${Math.max(0, size - start)}; it is cut off`, name);
    }
    return { name, dtype, shape, file, offset: start + Number(offset), bytes };
  });
}

type Refuse = (problem: string, tensor?: string) => ServerError;

function inDataOrder(entries: readonly GgufEntry[]): readonly GgufEntry[] {
  return entries.toSorted((one, other) =>
    one.offset < other.offset ? -1 : one.offset > other.offset ? 1 : 0,
  );
}

function alignmentOf({ values }: GgufHeader, refuse: Refuse): number {
  const alignment = values.get('general.alignment') ?? usual;
  if (typeof alignment === 'number' && Number.isInteger(Math.log2(alignment)) && alignment >= 1)
    return alignment;
  throw refuse(
    `has the alignment ${typeof alignment === 'object' ? 'of a list' : String(alignment)}, which is no power of two`,
  );
}

/** Rows are packed by themselves, so that each has whole blocks. */
function bytesOf({ name, dtype, shape }: GgufEntry, refuse: Refuse): number {
  const { elements } = blockOf(dtype) ?? { elements: 1 };
  if ((shape.at(-1) ?? 1) % elements !== 0) {
    throw refuse(
      `tensor ${quote(name)} has rows of ${shape.at(-1)} values; ${dtype} packs ${elements} together`,
      name,
    );
  }
  const bytes = storageOf(dtype, shape);
  if (typeof bytes === 'number') return bytes;
  throw refuse(`tensor ${quote(name)} [${shape.join(', ')}] ${bytes}`, name);
}
