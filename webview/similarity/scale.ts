import type { Matrix, SimilaritySlice } from '#protocol/similarity.ts';
import { type Color, mix } from '../color.ts';
import { type ColorScale, colorScale } from '../layers/colorScale.ts';
import type { Palette } from '../theme.ts';

/** From −top to top, background at 0; the same for both signs. */
export interface DivergingScale extends ColorScale {
  /** z, unless the null has no spread to count in. */
  readonly of: 'z' | 'cosine';
}

/** A scale that fits the pairs shown: a subject with itself is left out, since its cosine of 1 would hide the others. */
export function divergingScale({ cosine, z }: SimilaritySlice): DivergingScale {
  const known = magnitudes(z);
  if (known.length > 0) return { ...colorScale(known), of: 'z' };
  return { ...colorScale(magnitudes(cosine)), of: 'cosine' };
}

/** Orange below 0, blue above; values beyond the ends are drawn as the ends. */
export function divergingColor(value: number, { top }: ColorScale, palette: Palette): Color {
  const end = value < 0 ? (palette.series[1] ?? palette.accent) : palette.accent;
  return mix(palette.background, end, top === 0 ? 0 : Math.min(1, Math.abs(value) / top));
}

function magnitudes(matrix: Matrix): readonly number[] {
  return matrix.flatMap((row, a) =>
    row.slice(a + 1).flatMap((value) => (value === null ? [] : Math.abs(value))),
  );
}
