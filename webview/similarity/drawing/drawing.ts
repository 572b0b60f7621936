import { toHex } from '../../color.ts';
import { label } from '../../drawing/label.ts';
import type { Drawing } from '../../drawing/shapes.ts';
import { wrapped } from '../../drawing/wrapped.ts';
import { legend } from './legend.ts';
import { matrix } from './matrix.ts';
import { margin, type Picture } from './picture.ts';

const line = 13;

/** The title, the matrix, the legend and the caption, from top to bottom. */
export function toDrawing(picture: Picture): Drawing {
  const { palette, title, width, caption } = picture;
  const heading = {
    ...label(palette, margin, margin + 9, title),
    size: 11,
    fill: toHex(palette.foreground),
    isBold: true,
  };
  const fields = matrix(picture, margin + 22);
  const key = legend(picture, fields.bottom + 12);
  const lines = caption
    .flatMap((text) => wrapped(text, width - 2 * margin))
    .map((text, index) => label(palette, margin, key.bottom + 6 + (index + 1) * line, text));
  return {
    width,
    height: key.bottom + 6 + lines.length * line + margin,
    background: toHex(palette.background),
    title,
    shapes: [heading, ...fields.shapes, ...key.shapes, ...lines],
  };
}
