import type { TensorPicture } from '#protocol/tensorView.ts';
import { type Color, mix } from '../color.ts';
import { colorScale } from '../layers/colorScale.ts';
import type { Palette } from '../theme.ts';

/** What a cell of the picture shows. */
export type CellValue = 'mean' | 'maxAbs';

export interface HeatScale {
  /** Drawn as the full colour; what lies beyond is drawn as it. */
  readonly top: number;
  /** The largest magnitude, where it lies beyond the top. */
  readonly beyond: number | null;
  /** Whether there is a scale below 0 too. */
  readonly isSigned: boolean;
}

/** A scale for what is in view: symmetric around 0 for means, from 0 for magnitudes. */
export function heatScale(picture: TensorPicture, cell: CellValue): HeatScale {
  const values = picture[cell];
  const magnitudes = [...values].map(Math.abs).filter(Number.isFinite);
  return { ...colorScale(magnitudes), isSigned: cell === 'mean' };
}

const steps = 128;

/** Pixels of the picture, one a cell; what is not a number lets the hatching through. */
export function heatPixels(
  picture: TensorPicture,
  cell: CellValue,
  { top }: HeatScale,
  palette: Palette,
): Uint8ClampedArray<ArrayBuffer> {
  const positive = ramp(palette.background, palette.accent);
  const negative = ramp(palette.background, palette.series[1] ?? palette.accent);
  const pixels = new Uint8ClampedArray(4 * picture.width * picture.height);
  picture[cell].forEach((value, index) => {
    if (Number.isNaN(value)) return;
    const level = top === 0 ? 0 : Math.min(1, Math.abs(value) / top);
    const color = (value < 0 ? negative : positive)[Math.round(level * steps)];
    if (color !== undefined) pixels.set([color.red, color.green, color.blue, 255], 4 * index);
  });
  return pixels;
}

function ramp(from: Color, to: Color): readonly Color[] {
  return Array.from({ length: steps + 1 }, (_, step) => mix(from, to, step / steps));
}
