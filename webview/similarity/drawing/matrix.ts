import type { SimilaritySlice } from '#protocol/similarity.ts';
import { toHex } from '../../color.ts';
import { label } from '../../drawing/label.ts';
import type { Box, Shape } from '../../drawing/shapes.ts';
import { shortened } from '../../drawing/wrapped.ts';
import { pairOf } from '../pairs.ts';
import { divergingColor, type DivergingScale, divergingScale } from '../scale.ts';
import { sliceOf } from '../slices.ts';
import { fieldsStart, margin, type Part, type Picture } from './picture.ts';

/** Of a field, so that two subjects do not fill a page. */
const largest = 40;

/** Each row with its number and name, the columns with their numbers: sixty-four names have no room above. */
export function matrix(picture: Picture, top: number): Part {
  const { result, order, palette, width } = picture;
  const start = fieldsStart(picture);
  const step = Math.min(largest, (width - margin - start) / order.length);
  const first = top + 12;
  const headings = order.flatMap((_, column) =>
    column % every(18, step) === 0
      ? [label(palette, start + (column + 0.5) * step, top + 8, String(column + 1), 'middle')]
      : [],
  );
  const names = order.flatMap((subject, row) => {
    const name = `${row + 1}  ${shortened(result.names[subject] ?? '', start - margin - 24)}`;
    const y = first + (row + 0.5) * step + 3;
    return row % every(12, step) === 0 ? [label(palette, start - 4, y, name, 'end')] : [];
  });
  const fields = fieldsOf(picture, { x: start, y: first, step });
  return { shapes: [...headings, ...names, ...fields], bottom: first + order.length * step };
}

/** Which of the fields are labelled, so that labels of this length do not touch. */
function every(length: number, step: number): number {
  return Math.ceil(length / step);
}

interface Place {
  readonly x: number;
  readonly y: number;
  readonly step: number;
}

function fieldsOf(picture: Picture, { x, y, step }: Place): readonly Shape[] {
  const { order, result } = picture;
  const slice = sliceOf(result, picture.slice);
  const scale = divergingScale(slice);
  const size = step - Math.min(1, step / 8);
  return order.flatMap((a, row) =>
    order.flatMap((b, column) => {
      const box = { x: x + column * step, y: y + row * step, width: size, height: size };
      return a === b ? [] : [field(picture, slice, scale, [a, b], box)];
    }),
  );
}

/** One field; framed strongly where there is a warning. A subject with itself has none. */
function field(
  { palette, result }: Picture,
  slice: SimilaritySlice,
  scale: DivergingScale,
  [a, b]: readonly [number, number],
  box: Box,
): Shape {
  const pair = pairOf(slice, result.flags, a, b);
  const value = pair[scale.of];
  if (value === null) return { kind: 'hatch', box, stroke: toHex(palette.border) };
  const stroke = toHex(pair.flags.length > 0 ? palette.foreground : palette.border);
  return { kind: 'box', box, fill: toHex(divergingColor(value, scale, palette)), stroke };
}
