import { toHex } from '../color.ts';
import type { Palette } from '../theme.ts';
import type { Shape } from './shapes.ts';

/** Of all text but the title. */
const small = 9;

type Text = Extract<Shape, { kind: 'text' }>;

/** Small text in the colour of labels. */
export function label(
  palette: Palette,
  x: number,
  y: number,
  text: string,
  anchor: Text['anchor'] = 'start',
): Text {
  return { kind: 'text', x, y, text, size: small, fill: toHex(palette.muted), anchor };
}
