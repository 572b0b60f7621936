import type { SimilarityResult } from '#protocol/similarity.ts';
import type { Shape } from '../../drawing/shapes.ts';
import type { Palette } from '../../theme.ts';
import type { SliceChoice } from '../slices.ts';

/** All that a picture of a matrix outside VS Code is made of. */
export interface Picture {
  readonly title: string;
  readonly result: SimilarityResult;
  readonly slice: SliceChoice;
  /** Numbers of the subjects, as rows and columns follow each other. */
  readonly order: readonly number[];
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

/** Where the fields begin: names of subjects stand left of it, and take at most a third. */
export function fieldsStart({ result, width }: Pick<Picture, 'result' | 'width'>): number {
  const longest = Math.max(0, ...result.names.map(({ length }) => length));
  return margin + Math.min(width / 3, 24 + 5 * longest);
}
