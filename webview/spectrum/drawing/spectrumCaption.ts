import { spectrumSeeds } from '#protocol/spectrumSeeds.ts';
import { t } from '../../strings.ts';
import { lackText, roundingText, shadeText } from '../figureText.ts';
import type { Picture } from './picture.ts';

/** What is shown, of how many, and how exact it is. */
export function spectrumCaption({
  series,
  axis,
  choice,
}: Pick<Picture, 'series' | 'axis' | 'choice'>): readonly string[] {
  const count = series.reduce((sum, { row }) => sum + (row?.singularValues?.length ?? 0), 0);
  const directions = new Set(series.map(({ direction }) => direction)).size;
  const shown = t(
    'Singular values of {0} directions, {1} tensors each; n = {2} singular values.',
    directions,
    series.length / directions,
    count,
  );
  const marks = t('Dotted: 90 % of Σσ². Marked: ranks 1 and 8, and where 90 % is reached.');
  const rest = [roundingText(series, axis), ...lackText(series)].filter((text) => text !== '');
  return [shown, shadeText(series, choice), marks, ...rest, exactText(series)].filter((text) => text !== '');
}

/** Whether chance has a part in it, and from which seeds. */
function exactText(series: Picture['series']): string {
  const isExact = series.every(({ row }) => row?.spectrum !== 'randomised');
  return isExact
    ? t('Exact up to rounding; nothing is drawn at random.')
    : t(
        'What is randomised starts from seed {0}, and its bound from seed {1}.',
        spectrumSeeds.start,
        spectrumSeeds.bound,
      );
}
