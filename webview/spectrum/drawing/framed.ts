import { toHex } from '../../color.ts';
import { label } from '../../drawing/label.ts';
import type { Drawing } from '../../drawing/shapes.ts';
import { wrapped } from '../../drawing/wrapped.ts';
import type { Frame } from '../exporting.ts';
import { margin, type Part } from './picture.ts';

const line = 13;

/** A picture under its title and over its caption. `content` is drawn from this height on. */
export function framed(
  { palette, width, caption }: Frame,
  title: string,
  content: (top: number) => Part,
): Drawing {
  const heading = {
    ...label(palette, margin, margin + 9, title),
    size: 11,
    fill: toHex(palette.foreground),
    isBold: true,
  };
  const { shapes, bottom } = content(margin + 22);
  const lines = caption
    .flatMap((text) => wrapped(text, width - 2 * margin))
    .map((text, index) => label(palette, margin, bottom + 6 + (index + 1) * line, text));
  return {
    width,
    height: bottom + 6 + lines.length * line + margin,
    background: toHex(palette.background),
    title,
    shapes: [heading, ...shapes, ...lines],
  };
}
