import { isDeepStrictEqual } from 'node:util';
import { openFile } from '../bytes/fileSource.ts';
import { decode, isDecodable } from './decode.ts';
import { elementCount } from './dtype.ts';
import type { StoredTensor } from './storedTensor.ts';

/** Elements that are compared at once. */
const step = 2 ** 19;

/**
 * Whether two tensors of one shape hold the same values, element by element; of two dtypes, after decoding both. NaN
 * is the same only as the same bytes of the same dtype, and nothing is the same that lies differently. Reads both up to
 * the first difference.
 */
export async function sameValues(
  one: StoredTensor,
  other: StoredTensor,
  signal?: AbortSignal,
): Promise<boolean> {
  if (one.shape.join() !== other.shape.join() || !isDeepStrictEqual(one.layout, other.layout)) return false;
  if (one.dtype !== other.dtype && !(isDecodable(one.dtype) && isDecodable(other.dtype))) return false;
  // Of a view the bytes from its first element on are not its elements: two are told to be the same by their place alone.
  if (one.layout?.kind === 'strided') return one.file === other.file && one.offset === other.offset;
  await using first = await openFile(one.file, signal);
  await using second = await openFile(other.file, signal);
  const elements = elementCount(one.shape) ?? 0;
  for (let at = 0; at < elements; at += step) {
    const share = { from: at / elements, to: Math.min(at + step, elements) / elements };
    const [x, y] = await Promise.all([part(first, one, share, signal), part(second, other, share, signal)]);
    if (!sameBlock([one, x], [other, y])) return false;
  }
  return true;
}

interface Share {
  readonly from: number;
  readonly to: number;
}

type Source = Awaited<ReturnType<typeof openFile>>;

/** Both ends fall between elements, whose widths are whole bytes or the dtypes are the same. */
async function part(
  source: Source,
  { offset, bytes }: StoredTensor,
  { from, to }: Share,
  signal?: AbortSignal,
) {
  const [begin, end] = [Math.round(from * bytes), Math.round(to * bytes)];
  return await source.read(offset + begin, end - begin, signal);
}

type Block = readonly [tensor: StoredTensor, bytes: Uint8Array];

function sameBlock([{ dtype: a }, x]: Block, [{ dtype: b }, y]: Block): boolean {
  if (a === b) return Buffer.compare(x, y) === 0;
  if (!isDecodable(a) || !isDecodable(b)) return false;
  const values = decode(b, y);
  return decode(a, x).every((value, index) => value === values[index]);
}
