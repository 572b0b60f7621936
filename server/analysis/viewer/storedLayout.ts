import type { Warning } from '#protocol/failure.ts';
import { isDecodable } from '../../tensors/decode.ts';
import { quote } from '../../tensors/jsonScanner.ts';
import { type Layout, packedProblem, type StoredTensor } from '../../tensors/storedTensor.ts';

/** Whether a matrix of values is stored column by column, and can be turned back. */
export function isTurned({ layout, shape, dtype }: StoredTensor): boolean {
  return layout?.kind === 'turned' && shape.length === 2 && isDecodable(dtype);
}

/** The matrix that lies row by row in the file: the tensor, or the one whose rows are its columns. */
export function storedMatrix(tensor: StoredTensor): StoredTensor {
  if (!isTurned(tensor)) return tensor;
  const { layout: _, shape, ...rest } = tensor;
  return { ...rest, shape: shape.toReversed() };
}

/** Copies elements of so many bytes each from rows to columns. */
export function turned(
  stored: Uint8Array,
  { rows, columns, width }: { readonly rows: number; readonly columns: number; readonly width: number },
): Uint8Array<ArrayBuffer> {
  const result = new Uint8Array(stored.length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const from = (row * columns + column) * width;
      result.set(stored.subarray(from, from + width), (column * rows + row) * width);
    }
  }
  return result;
}

/** That what is shown are stored values, where these are not the tensor's. */
export function storedOtherwise(tensor: StoredTensor): readonly Warning[] {
  const { name, file, packed } = tensor;
  const layout = isTurned(tensor) ? undefined : tensor.layout;
  const what = packed === undefined ? difference(layout) : packedProblem(packed);
  if (what === undefined) return [];
  const message = `What is shown of "${name}" is what is stored: the tensor ${what}.`;
  return [{ code: 'stored-otherwise', message, file, tensor: name }];
}

/** Undefined where what is shown is the tensor. */
function difference(layout: Layout | undefined): string | undefined {
  switch (layout?.kind) {
    case 'scaled':
      return `is quantised, and its values are to be multiplied by ${quote(layout.by)}`;
    case 'rope':
      return 'has the rows of each head in the order of llama.cpp';
    case 'shifted':
      return 'is stored with 1 added to each value';
    case 'turned':
      return 'is stored with its two axes exchanged';
    case 'strided': // Shown in order.
    case undefined:
      return undefined;
  }
}
