import { t } from '../../strings.ts';
import { paper } from '../../theme.ts';
import { metricName } from '../names.ts';
import { toDrawing } from './drawing.ts';
import type { Picture } from './picture.ts';
import { toSvg } from '../../drawing/svg.ts';

/** Two columns of a journal. */
const width = '174mm';

/** The same in points, so that the sizes of letters are those of print. */
const points = 493;

/** For print: white, black text as text, 174 mm wide, and a caption that says what is shown and of how many. */
export function svgForPaper(picture: Omit<Picture, 'palette' | 'width' | 'caption'>): string {
  const caption = captionOf(picture);
  const drawing = toDrawing({ ...picture, palette: paper, width: points, caption });
  return toSvg(drawing, { width, fontFamily: 'Helvetica, Arial, sans-serif' });
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
