import { toSvg } from '../../drawing/svg.ts';
import { t } from '../../strings.ts';
import { paper } from '../../theme.ts';
import { lackText, roundingText, shadeText } from '../figureText.ts';
import { toDrawing } from './drawing.ts';
import type { Picture } from './picture.ts';

/** One and two columns of a journal in millimetres, and the same in points, so that letters have the sizes of print. */
const widths = { 84: 238, 174: 493 } as const;
type PaperWidth = keyof typeof widths;

/** For print: white, black text as text, and a caption with what is shown, of how many, and how exact it is. */
export function svgForPaper(
  picture: Omit<Picture, 'palette' | 'width' | 'caption'>,
  millimetres: PaperWidth,
): string {
  const caption = captionOf(picture);
  const drawing = toDrawing({ ...picture, palette: paper, width: widths[millimetres], caption });
  return toSvg(drawing, { width: `${millimetres}mm`, fontFamily: 'Helvetica, Arial, sans-serif' });
}

function captionOf({ series, axis, choice }: Pick<Picture, 'series' | 'axis' | 'choice'>): readonly string[] {
  const count = series.reduce((sum, { row }) => sum + (row?.singularValues?.length ?? 0), 0);
  const directions = new Set(series.map(({ direction }) => direction)).size;
  const shown = t(
    'Singular values of {0} directions, {1} tensors each; n = {2} singular values.',
    directions,
    series.length / directions,
    count,
  );
  const marks = t('Dashed: 90 % of Σσ². Marked: ranks 1 and 8, and where 90 % is reached.');
  const rest = [roundingText(series, axis), ...lackText(series)].filter((text) => text !== '');
  return [shown, shadeText(series, choice), marks, ...rest, exactText(series)].filter((text) => text !== '');
}

function exactText(series: Picture['series']): string {
  const isExact = series.every(({ row }) => row?.spectrum !== 'randomised');
  return isExact ? t('Exact up to rounding; nothing is drawn at random.') : '';
}
