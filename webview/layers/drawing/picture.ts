import type { Palette } from '../../theme.ts';
import type { ColorScale } from '../colorScale.ts';
import type { Grid } from '../grid.ts';
import type { Numbers } from '../reading.ts';
import type { Shape } from '../../drawing/shapes.ts';

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

/** Where one of several items of a width stands, from the left and then from above, so that all are within the picture. */
export function itemAt(index: number, wide: number, { width }: Pick<Picture, 'width'>) {
  const inRow = Math.max(1, Math.floor((width - 2 * margin - labels) / wide));
  return { x: margin + labels + (index % inRow) * wide, row: Math.floor(index / inRow) };
}
