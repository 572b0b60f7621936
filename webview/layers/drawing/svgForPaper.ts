import { t } from '../../strings.ts';
import { paper } from '../../theme.ts';
import { metricName } from '../names.ts';
import { toDrawing } from './drawing.ts';
import type { Picture } from './picture.ts';
import { toSvg } from '../../drawing/svg.ts';

/** One and two columns of a journal in millimetres, and the same in points, so that letters have the sizes of print. */
const widths = { 84: 238, 174: 493 } as const;
export type PaperWidth = keyof typeof widths;

/** For print: white, black text as text, and a caption that says what is shown and of how many. */
export function svgForPaper(
  picture: Omit<Picture, 'palette' | 'width' | 'caption'>,
  millimetres: PaperWidth,
): string {
  const caption = captionOf(picture);
  const drawing = toDrawing({ ...picture, palette: paper, width: widths[millimetres], caption });
  return toSvg(drawing, { width: `${millimetres}mm`, fontFamily: 'Helvetica, Arial, sans-serif' });
}

function captionOf({ grid, numbers }: Pick<Picture, 'grid' | 'numbers'>): string[] {
  const shown = t(
    'Shown: {0} of w by layer and module; n = {1} tensors in {2} layers.',
    metricName(numbers.metric),
    numbers.rows.size,
    grid.layers.length,
  );
  const bars = t(
    'Bars: the same over each layer, divided as ‖w‖² is. Framed white: w is zero; hatched: not known.',
  );
  return [shown, bars];
}
