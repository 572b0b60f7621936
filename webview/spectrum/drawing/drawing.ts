import type { Drawing } from '../../drawing/shapes.ts';
import { t } from '../../strings.ts';
import { energyPlot, sigmaPlot } from '../plot.ts';
import { figure } from './figure.ts';
import { framed } from './framed.ts';
import { legend } from './legend.ts';
import { margin, type Part, type Picture } from './picture.ts';

const height = 170;
/** Between the two figures. */
const gap = 20;
/** Narrower, one stands under the other. */
const leastForTwo = 400;

/** The title, both figures, the legend and the caption, from top to bottom. */
export function toDrawing(picture: Picture): Drawing {
  return framed(picture, picture.title, (top) => figures(picture, top + 12));
}

function figures(picture: Picture, top: number): Part {
  const { palette, width, series, axis } = picture;
  const inside = width - 2 * margin;
  const isWide = width >= leastForTwo;
  const size = { width: isWide ? (inside - gap) / 2 : inside, height };
  const second = isWide
    ? ([margin + size.width + gap, top] as const)
    : ([margin, top + height + 24] as const);
  const name = axis === 'log' ? t('Singular values, log axis') : t('Singular values, linear axis');
  const key = legend(picture, second[1] + height + 10);
  const shapes = [
    ...figure(sigmaPlot(series, axis, size), name, palette, [margin, top]),
    ...figure(energyPlot(series, size), t('Share of Σσ² in the first n'), palette, second),
    ...key.shapes,
  ];
  return { shapes, bottom: key.bottom };
}
