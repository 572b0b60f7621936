import type { TensorWindow } from '#protocol/tensorView.ts';
import { ServerError } from '../../errors.ts';
import type { StoredTensor } from '../../tensors/storedTensor.ts';
import { isTurned, storedMatrix } from './storedLayout.ts';

/** A window of a tensor in elements. */
export interface MatrixWindow {
  /** Elements before the matrix. */
  readonly first: number;
  /** Columns of the matrix, from one row to the next. */
  readonly ofColumns: number;
  readonly row: number;
  readonly rows: number;
  readonly column: number;
  readonly columns: number;
}

/** A window within a tensor's last two dimensions; `usage` where it does not lie in it. A vector is one row. */
export function matrixWindow(
  { name, file, shape }: StoredTensor,
  { slice, rows, columns }: Omit<TensorWindow, 'path' | 'name'>,
): MatrixWindow {
  const [ofRows, ofColumns] = [shape.at(-2) ?? 1, shape.at(-1) ?? 1];
  const slices = shape.slice(0, -2).reduce((product, size) => product * size, 1);
  const fits =
    isSpan(slice, slice + 1, Math.max(1, slices)) &&
    isSpan(rows.start, rows.end, ofRows) &&
    isSpan(columns.start, columns.end, ofColumns);
  if (!fits) {
    const asked = `slice ${slice}, rows ${rows.start} to ${rows.end}, columns ${columns.start} to ${columns.end}`;
    const problem = `tensor "${name}" [${shape.join(', ')}] has no ${asked}`;
    throw new ServerError('usage', file, problem, { tensor: name });
  }
  return {
    first: slices === 0 ? 0 : slice * ofRows * ofColumns,
    ofColumns,
    row: rows.start,
    rows: slices === 0 ? 0 : rows.end - rows.start,
    column: columns.start,
    columns: columns.end - columns.start,
  };
}

/** The same window in the file: of a matrix that is stored column by column its columns are rows there. */
export function storedWindow(
  tensor: StoredTensor,
  params: Omit<TensorWindow, 'path' | 'name'>,
): MatrixWindow {
  const window = matrixWindow(tensor, params);
  if (!isTurned(tensor)) return window;
  const { slice, rows, columns } = params;
  return matrixWindow(storedMatrix(tensor), { slice, rows: columns, columns: rows });
}

function isSpan(start: number, end: number, size: number): boolean {
  const areWhole = Number.isSafeInteger(start) && Number.isSafeInteger(end);
  return areWhole && start >= 0 && start <= end && end <= size;
}
