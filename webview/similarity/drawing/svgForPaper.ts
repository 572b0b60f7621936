import { toSvg } from '../../drawing/svg.ts';
import { t } from '../../strings.ts';
import { paper } from '../../theme.ts';
import { nullText } from '../nullText.ts';
import { sliceText } from '../slices.ts';
import { toDrawing } from './drawing.ts';
import type { Picture } from './picture.ts';

/** One and two columns of a journal in millimetres, and the same in points, so that letters have the sizes of print. */
const widths = { 84: 238, 174: 493 } as const;
export type PaperWidth = keyof typeof widths;

/** For print: white, black text as text, and a caption with how many subjects there are, the null. */
export function svgForPaper(
  picture: Omit<Picture, 'palette' | 'width' | 'caption'>,
  millimetres: PaperWidth,
): string {
  const caption = captionOf(picture);
  const drawing = toDrawing({ ...picture, palette: paper, width: widths[millimetres], caption });
  return toSvg(drawing, { width: `${millimetres}mm`, fontFamily: 'Helvetica, Arial, sans-serif' });
}

function captionOf({ result, slice }: Pick<Picture, 'result' | 'slice'>): string[] {
  const shown = t('Similarity over {0}; n = {1} subjects.', sliceText(slice), result.names.length);
  // What a reader would look for a seed of.
  const drawn =
    result.null.kind === 'random' ? [t('σ is computed, as of infinitely many draws: no seed.')] : [];
  return [shown, nullText(result.null), ...drawn, t('Hatched: not known; framed black: there is a warning.')];
}
