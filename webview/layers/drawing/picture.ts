import { toHex } from '../../color.ts';
import type { Palette } from '../../theme.ts';
import type { ColorScale } from '../colorScale.ts';
import type { Grid } from '../grid.ts';
import type { Numbers } from '../reading.ts';
import type { Shape } from './shapes.ts';

/** All that a picture outside VS Code is made of. */
export interface Picture {
  readonly title: string;
  readonly grid: Grid;
  readonly numbers: Numbers;
  readonly scale: ColorScale;
  readonly palette: Palette;
  /** In pixels; heights follow from it. */
  readonly width: number;
  /** Under the picture, one line each. */
  readonly caption: readonly string[];
}

/** A piece of it, and where the next one may begin. */
export interface Part {
  readonly shapes: readonly Shape[];
  readonly bottom: number;
}

export const margin = 12;
/** Of the layers' numbers, left of the picture. */
export const labels = 36;
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
