import { ServerError } from '../../errors.ts';
import { bitsOf, elementCount } from '../dtype.ts';
import { quote } from '../jsonScanner.ts';
import type { PickleTensor } from '../pickle/pickleValue.ts';
import type { StoredTensor } from '../storedTensor.ts';

/** Where the bytes of a storage are in the file. */
interface StoragePlace {
  readonly offset: number;
  readonly size: number;
}

/**
 * A tensor of a storage at its place in the file. One whose elements do not lie row by row has a layout that says so.
 * `invalid-pickle` where it reaches beyond its storage.
 */
export function storedTensor(
  file: string,
  name: string,
  { dtype, offset, shape, strides }: PickleTensor,
  { offset: start, size }: StoragePlace,
): StoredTensor {
  const count = elementCount(shape);
  const width = bitsOf(dtype) / 8;
  const end =
    count === 0
      ? 0
      : offset + shape.reduce((sum, length, axis) => sum + (length - 1) * (strides[axis] ?? 0), 1);
  if (count === undefined || !(end * width <= size) || !(offset * width <= size)) {
    const what = `tensor ${quote(name)} [${shape.join(', ')}] reaches to byte ${end * width} of a storage of ${size}`;
    throw new ServerError('invalid-pickle', file, what, { tensor: name });
  }
  return {
    name,
    dtype,
    shape,
    file,
    offset: start + offset * width,
    bytes: count * width,
    ...(!isContiguous(shape, strides) && { layout: { kind: 'strided', strides } }),
  };
}

/** Whether the last axis runs fastest and nothing is left out; the stride of an axis of one element says nothing. */
function isContiguous(shape: readonly number[], strides: readonly number[]): boolean {
  let expected = 1;
  for (const [axis, length] of [...shape.entries()].toReversed()) {
    if (length === 0) return true;
    if (length !== 1 && strides[axis] !== expected) return false;
    expected *= length;
  }
  return true;
}
