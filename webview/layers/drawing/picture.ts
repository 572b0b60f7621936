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
