import { percent, significant } from '#protocol/figures.ts';
import { plain, roundPercent } from '../numbers.ts';
import { t } from '../strings.ts';
import { type ColorScale, isShare } from './colorScale.ts';
import type { Cell } from './grid.ts';
import { type Metric, type Rows, sumOf, valueOf } from './metrics.ts';

/** What is known of one place in the picture. */
export type Reading =
  | { readonly kind: 'known'; readonly value: number }
  /** Nothing has come yet. */
  | { readonly kind: 'waiting' }
  /** There is no such number: no base, or values that are not finite. */
  | { readonly kind: 'unknown' };

/** The numbers under a picture. */
export interface Numbers {
  readonly metric: Metric;
  readonly rows: Rows;
  /** ‖w‖² of everything, as far as it is known. */
  readonly total: number | null;
}

export function readCell({ tensors }: Pick<Cell, 'tensors'>, { metric, rows, total }: Numbers): Reading {
  const sum = sumOf(tensors, rows);
  if (sum.waiting > 0) return { kind: 'waiting' };
  const value = valueOf(metric, sum, total);
  return value === null ? { kind: 'unknown' } : { kind: 'known', value };
}

/** `1.90 %`, `0.412`. */
export function valueText(value: number | null, metric: Metric): string {
  return isShare(metric) ? percent(value) : significant(value);
}

/** What stands at the far end of the scale: `2 %`, and what lies beyond. */
export function scaleEnd({ top, beyond }: ColorScale, { metric }: Pick<Numbers, 'metric'>): string {
  if (top === 0) return '–';
  const end = isShare(metric) ? roundPercent(top) : plain(top);
  if (beyond === null) return end;
  return t('{0} and above (98th percentile; largest {1})', end, valueText(beyond, metric));
}

/** For the ear: `1.9 percent`, `norm 0.412`. */
export function spokenReading(reading: Reading, metric: Metric): string {
  if (reading.kind === 'waiting') return t('not read yet');
  if (reading.kind === 'unknown') return t('not known');
  return isShare(metric)
    ? t('{0} percent', Number((100 * reading.value).toPrecision(2)))
    : t('norm {0}', Number(reading.value.toPrecision(3)));
}

/** For the eye. */
export function readingText(reading: Reading, metric: Metric): string {
  if (reading.kind === 'waiting') return t('not read yet');
  return reading.kind === 'unknown' ? t('not known') : valueText(reading.value, metric);
}
