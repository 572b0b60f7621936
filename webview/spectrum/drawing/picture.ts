import type { Shape } from '../../drawing/shapes.ts';
import type { Palette } from '../../theme.ts';
import type { TensorChoice } from '../choice.ts';
import type { Axis } from '../plot.ts';
import type { Series } from '../series.ts';

/** All that a picture of spectra outside VS Code is made of. */
export interface Picture {
  readonly title: string;
  readonly series: readonly Series[];
  readonly choice: TensorChoice;
  readonly axis: Axis;
  readonly palette: Palette;
  /** In pixels; heights follow from it. */
  readonly width: number;
  /** Under the picture; broken into lines as needed. */
  readonly caption: readonly string[];
}

/** A piece of it, and where the next one may begin. */
export interface Part {
  readonly shapes: readonly Shape[];
  readonly bottom: number;
}

export const margin = 12;

/** Lengths of strokes and gaps by series, so that lines differ without colour; `spectrum.css` has the same. */
export const dashes: readonly (readonly number[])[] = [[], [6, 3], [2, 2], [8, 3, 2, 3], [1, 3], [10, 4]];
