import { type Color, toHex } from '../color.ts';
import { level } from '../layers/colorScale.ts';
import type { Palette } from '../theme.ts';
import { type Board, type Field, valueOf } from './board.ts';
import { type FieldsBox, fieldPlaces } from './fieldsBox.ts';
import { divergingRamp, type DivergingScale } from './scale.ts';

/** The colours of fields; in high contrast, how far a field is filled says what its colour did. */
export interface FieldColors {
  readonly palette: Palette;
  /** Of frames and hatching. */
  readonly border: Color;
  readonly warning: Color;
  readonly isHighContrast: boolean;
}

type Context = Pick<
  CanvasRenderingContext2D,
  | 'fillStyle'
  | 'strokeStyle'
  | 'lineWidth'
  | 'fillRect'
  | 'clearRect'
  | 'rect'
  | 'beginPath'
  | 'moveTo'
  | 'lineTo'
  | 'fill'
  | 'stroke'
>;

interface Square {
  readonly x: number;
  readonly y: number;
  readonly size: number;
  readonly field: Field;
}

/** Draws all fields of a matrix over the whole of a box, in the unit of the context; what looks alike at once, which is what makes it fast. */
export function drawFields(context: Context, board: Board, box: FieldsBox, colors: FieldColors): void {
  context.clearRect(0, 0, box.width, box.height);
  const squares = squaresOf(board, box);
  const known = squares.filter(({ field }) => valueOf(field, board.scale) !== null);
  const draw = colors.isHighContrast ? drawFilled : drawColored;
  draw(context, known, board.scale, colors);
  drawFrames(context, known, colors);
  const others = squares.filter(({ field }) => valueOf(field, board.scale) === null);
  drawLines(context, others, colors);
  for (const square of squares) if (square.field.hasFlag) drawFlag(context, square, colors);
}

function squaresOf(board: Board, box: FieldsBox): readonly Square[] {
  const { step, left } = fieldPlaces(board, box);
  const size = step - Math.min(1, 0.08 * step);
  return board.rows.flatMap((fields, row) =>
    fields.map((field, column) => ({ x: left(column), y: row * step, size, field })),
  );
}

function drawColored(
  context: Context,
  squares: readonly Square[],
  scale: DivergingScale,
  { palette }: FieldColors,
): void {
  const colorOf = divergingRamp(scale, palette);
  const alike = Map.groupBy(squares, ({ field }) => colorOf(valueOf(field, scale) ?? 0));
  for (const [color, group] of alike) {
    context.fillStyle = color;
    for (const { x, y, size } of group) context.fillRect(x, y, size, size);
  }
}

/** Above 0 solid from the left, below 0 stripes from the right. */
function drawFilled(
  context: Context,
  squares: readonly Square[],
  scale: DivergingScale,
  { palette }: FieldColors,
): void {
  context.fillStyle = toHex(palette.foreground);
  for (const { x, y, size, field } of squares) {
    const value = valueOf(field, scale) ?? 0;
    const length = size * level(Math.abs(value), scale);
    if (value >= 0) context.fillRect(x, y, length, size);
    else for (let line = 0; line < size; line += 3) context.fillRect(x + size - length, y + line, length, 1);
  }
}

/** Where a field is as light as the background, it is one all the same. */
function drawFrames(context: Context, squares: readonly Square[], colors: FieldColors): void {
  const { red, green, blue } = colors.palette.foreground;
  context.strokeStyle = colors.isHighContrast ? toHex(colors.border) : `rgb(${red} ${green} ${blue} / 8%)`;
  context.lineWidth = 1;
  context.beginPath();
  for (const { x, y, size } of squares) context.rect(x + 0.5, y + 0.5, size - 1, size - 1);
  context.stroke();
}

/** Hatching where nothing is known, and one line where there is nothing to know: a subject with itself. */
function drawLines(context: Context, squares: readonly Square[], { border }: FieldColors): void {
  context.strokeStyle = toHex(border);
  context.lineWidth = 1;
  context.beginPath();
  for (const { x, y, size, field } of squares) {
    if (field.isSelf) {
      context.moveTo(x, y);
      context.lineTo(x + size, y + size);
      continue;
    }
    for (let from = 4; from < 2 * size; from += 7) {
      context.moveTo(x + Math.min(from, size), y + Math.max(0, from - size));
      context.lineTo(x + Math.max(0, from - size), y + Math.min(from, size));
    }
  }
  context.stroke();
}

function drawFlag(context: Context, { x, y, size }: Square, { warning }: FieldColors): void {
  const side = Math.min(8, 0.45 * size);
  context.fillStyle = toHex(warning);
  context.beginPath();
  context.moveTo(x + size - side, y);
  context.lineTo(x + size, y);
  context.lineTo(x + size, y + side);
  context.fill();
}
