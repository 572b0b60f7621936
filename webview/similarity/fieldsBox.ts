import type { Position } from '../components/gridKeys.ts';
import type { Board } from './board.ts';

/** Where the fields of a matrix are: square, in rows without gaps, with one gap before the controls. */
export interface FieldsBox {
  readonly width: number;
  readonly height: number;
}

/** Length of a side, and where a column begins, in the unit of the box. */
export function fieldPlaces({ order, controls }: Board, { width, height }: FieldsBox) {
  const step = order.length === 0 ? 0 : height / order.length;
  const gap = controls.length === 0 ? 0 : width - step * (order.length + controls.length);
  return { step, left: (column: number) => column * step + (column < order.length ? 0 : gap) };
}

/** The field at a point of the box; undefined in the gap and outside. */
export function fieldAtPoint(
  board: Board,
  box: FieldsBox,
  { x, y }: { readonly x: number; readonly y: number },
): Position | undefined {
  const { step, left } = fieldPlaces(board, box);
  const row = Math.floor(y / step);
  const count = board.rows[row]?.length ?? 0;
  const column = Array.from({ length: count }, (_, each) => each).findLast((each) => left(each) <= x);
  if (column === undefined || x >= left(column) + step) return undefined;
  return { row, column };
}
