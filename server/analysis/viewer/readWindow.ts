import { openFile } from '../../bytes/fileSource.ts';
import { bitsOf } from '../../tensors/dtype.ts';
import type { StoredTensor } from '../../tensors/storedTensor.ts';
import type { MatrixWindow } from './matrixWindow.ts';

/**
 * The stored bytes of a window, row by row: those that its elements lie in, and nothing else is read. Elements smaller
 * than a byte come with the bytes that they begin and end in.
 */
export async function readWindow(
  tensor: StoredTensor,
  window: MatrixWindow,
  signal?: AbortSignal,
): Promise<Uint8Array<ArrayBuffer>> {
  await using source = await openFile(tensor.file, signal);
  const ranges = rangesOf(tensor, window);
  const bytes = new Uint8Array(ranges.reduce((sum, { length }) => sum + length, 0));
  let filled = 0;
  for (const { position, length } of ranges) {
    bytes.set(await source.read(tensor.offset + position, length, signal), filled);
    filled += length;
  }
  return bytes;
}

interface Range {
  readonly position: number;
  readonly length: number;
}

/** Whole rows lie together. */
function rangesOf({ dtype }: StoredTensor, window: MatrixWindow): readonly Range[] {
  const { first, ofColumns, row, rows, column, columns } = window;
  const bits = bitsOf(dtype);
  const range = (element: number, count: number): Range => {
    const position = Math.floor((element * bits) / 8);
    return { position, length: Math.ceil(((element + count) * bits) / 8) - position };
  };
  if (rows * columns === 0) return [];
  if (columns === ofColumns) return [range(first + row * ofColumns, rows * columns)];
  return Array.from({ length: rows }, (_, index) =>
    range(first + (row + index) * ofColumns + column, columns),
  );
}
