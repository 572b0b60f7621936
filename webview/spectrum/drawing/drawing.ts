import { toHex } from '../../color.ts';
import { label } from '../../drawing/label.ts';
import type { Drawing } from '../../drawing/shapes.ts';
import { wrapped } from '../../drawing/wrapped.ts';
import { t } from '../../strings.ts';
import { energyPlot, sigmaPlot } from '../plot.ts';
import { figure } from './figure.ts';
import { legend } from './legend.ts';
import { margin, type Picture } from './picture.ts';

const line = 13;
const height = 170;
/** Between the two figures. */
const gap = 20;
/** Narrower, one stands under the other. */
const leastForTwo = 400;

/** The title, both figures, the legend and the caption, from top to bottom. */
export function toDrawing(picture: Picture): Drawing {
  const { palette, title, width, caption, series, axis } = picture;
  const heading = {
    ...label(palette, margin, margin + 9, title),
    size: 11,
    fill: toHex(palette.foreground),
    isBold: true,
  };
  const inside = width - 2 * margin;
  const isWide = width >= leastForTwo;
  const size = { width: isWide ? (inside - gap) / 2 : inside, height };
  const top = margin + 34;
  const second = isWide
    ? ([margin + size.width + gap, top] as const)
    : ([margin, top + height + 24] as const);
  const figures = [
    ...figure(sigmaPlot(series, axis, size), axisText(picture), palette, [margin, top]),
    ...figure(energyPlot(series, size), t('Share of Σσ² in the first n'), palette, second),
  ];
  const key = legend(picture, second[1] + height + 10);
  const lines = caption
    .flatMap((text) => wrapped(text, inside))
    .map((text, index) => label(palette, margin, key.bottom + 6 + (index + 1) * line, text));
  return {
    width,
    height: key.bottom + 6 + lines.length * line + margin,
    background: toHex(palette.background),
    title,
    shapes: [heading, ...figures, ...key.shapes, ...lines],
  };
}

function axisText({ axis }: Pick<Picture, 'axis'>): string {
  return axis === 'log' ? t('Singular values, log axis') : t('Singular values, linear axis');
}
