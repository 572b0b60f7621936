import type { Shape } from '../../drawing/shapes.ts';
import type { TensorChoice } from '../choice.ts';
import type { Frame } from '../exporting.ts';
import type { Axis } from '../plot.ts';
import type { Series } from '../series.ts';

/** All that a picture of spectra outside VS Code is made of. */
export interface Picture extends Frame {
  readonly title: string;
  readonly series: readonly Series[];
  readonly choice: TensorChoice;
  readonly axis: Axis;
}

/** A piece of it, and where the next one may begin. */
export interface Part {
  readonly shapes: readonly Shape[];
  readonly bottom: number;
}

export const margin = 12;

/** Lengths of strokes and gaps by series, so that lines differ without colour; `spectrum.css` has the same. */
export const dashes: readonly (readonly number[])[] = [[], [6, 3], [2, 2], [8, 3, 2, 3], [1, 3], [10, 4]];
