import { toHex } from '../../color.ts';
import { bars } from './bars.ts';
import { apart, heat } from './heat.ts';
import { legend } from './legend.ts';
import { label } from '../../drawing/label.ts';
import { margin, type Picture } from './picture.ts';
import { wrapped } from '../../drawing/wrapped.ts';
import type { Drawing } from '../../drawing/shapes.ts';

const line = 13;

/** The title, bars, the heat map, what stands apart, the legend and the caption, from top to bottom. */
export function toDrawing(picture: Picture): Drawing {
  const { palette, title, width, caption } = picture;
  const heading = {
    ...label(palette, margin, margin + 9, title),
    size: 11,
    fill: toHex(palette.foreground),
    isBold: true,
  };
  const over = bars(picture, margin + 22);
  const map = heat(picture, over.bottom + 12);
  const rest = apart(picture, map.bottom + 10);
  const key = legend(picture, rest.bottom + 14);
  const lines = caption
    .flatMap((words) => wrapped(words, width - 2 * margin))
    .map((words, index) => label(palette, margin, key.bottom + 6 + (index + 1) * line, words));
  return {
    width,
    height: key.bottom + 6 + lines.length * line + margin,
    background: toHex(palette.background),
    title,
    shapes: [heading, ...over.shapes, ...map.shapes, ...rest.shapes, ...key.shapes, ...lines],
  };
}
