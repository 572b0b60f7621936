import type { Matrix, SimilaritySlice } from '#protocol/similarity.ts';
import { type Color, mix, toHex } from '../color.ts';
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

const steps = 128;

/** The same in hexadecimal, in so many steps that nobody sees them, for thousands of values. */
export function divergingRamp(scale: ColorScale, palette: Palette): (value: number) => string {
  const top = scale.top === 0 ? 1 : scale.top;
  const ramp = Array.from({ length: 2 * steps + 1 }, (_, step) =>
    toHex(divergingColor(((step - steps) / steps) * top, { ...scale, top }, palette)),
  );
  return (value) => {
    const share = scale.top === 0 ? 0 : Math.max(-1, Math.min(1, value / top));
    return ramp[Math.round(share * steps) + steps] ?? '';
  };
}

function magnitudes(matrix: Matrix): readonly number[] {
  return matrix.flatMap((row, a) =>
    row.slice(a + 1).flatMap((value) => (value === null ? [] : Math.abs(value))),
  );
}
