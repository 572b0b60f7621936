import type { Span } from '#protocol/tensorView.ts';

/** The part of a matrix that is shown. */
export interface MatrixView {
  readonly rows: Span;
  readonly columns: Span;
}

/** Rows and columns; a vector is one row. */
export interface MatrixSize {
  readonly slices: number;
  readonly rows: number;
  readonly columns: number;
}

/** No window is smaller, unless the matrix is. */
const smallest = 4;

export function sizeOf(shape: readonly number[]): MatrixSize {
  const slices = shape.slice(0, -2).reduce((product, size) => product * size, 1);
  return { slices, rows: shape.at(-2) ?? 1, columns: shape.at(-1) ?? 1 };
}

export function wholeView({ rows, columns }: MatrixSize): MatrixView {
  return { rows: { start: 0, end: rows }, columns: { start: 0, end: columns } };
}

/** Where the leading dimensions of a slice stand: `[3, 0]`. */
export function sliceIndex(shape: readonly number[], slice: number): readonly number[] {
  let rest = slice;
  return shape
    .slice(0, -2)
    .toReversed()
    .map((size) => {
      const index = rest % size;
      rest = Math.floor(rest / size);
      return index;
    })
    .toReversed();
}

/** Smaller than 1 is nearer. Around the middle, unless another point is given as shares of the window. */
export function zoomed(
  view: MatrixView,
  factor: number,
  size: MatrixSize,
  at: { readonly x: number; readonly y: number } = { x: 0.5, y: 0.5 },
): MatrixView {
  return {
    rows: zoomedSpan(view.rows, factor, size.rows, at.y),
    columns: zoomedSpan(view.columns, factor, size.columns, at.x),
  };
}

/** By shares of the window, down and to the right. */
export function panned(view: MatrixView, down: number, right: number, size: MatrixSize): MatrixView {
  return {
    rows: pannedSpan(view.rows, down, size.rows),
    columns: pannedSpan(view.columns, right, size.columns),
  };
}

/** The window that begins at an element, as large as the values that are listed. */
export function viewAt(
  row: number,
  column: number,
  size: MatrixSize,
  extent: { rows: number; columns: number },
): MatrixView {
  return { rows: spanAt(row, extent.rows, size.rows), columns: spanAt(column, extent.columns, size.columns) };
}

function zoomedSpan({ start, end }: Span, factor: number, size: number, at: number): Span {
  const length = Math.min(size, Math.max(smallest, Math.round((end - start) * factor)));
  return spanAt(Math.round(start + at * (end - start - length)), length, size);
}

function pannedSpan({ start, end }: Span, share: number, size: number): Span {
  const length = end - start;
  const step = share === 0 ? 0 : Math.sign(share) * Math.max(1, Math.round(Math.abs(share) * length));
  return spanAt(start + step, length, size);
}

function spanAt(start: number, length: number, size: number): Span {
  const fitting = Math.min(length, size);
  const first = Math.max(0, Math.min(start, size - fitting));
  return { start: first, end: first + fitting };
}
