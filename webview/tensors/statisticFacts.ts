import { quantileLevels, type ValueStatistics } from '#protocol/tensorView.ts';
import { grouped, percent, significant } from '#protocol/figures.ts';
import { plain } from '../numbers.ts';
import { t } from '../strings.ts';
import type { CardFact } from './cardFacts.ts';

/** What is known of a tensor's values; names alone while they are awaited, so that nothing jumps when they come. */
export function statisticFacts(values: ValueStatistics | null): readonly CardFact[] {
  const elements = values === null ? 0 : elementsOf(values);
  const number = (of: (values: ValueStatistics) => number | null) =>
    values === null ? '' : significant(of(values));
  const count = (of: (values: ValueStatistics) => number) =>
    values === null ? '' : countText(of(values), elements);
  return [
    { name: t('Min'), value: number(({ min }) => min), hint: exactly(values?.min) },
    { name: t('Max'), value: number(({ max }) => max), hint: exactly(values?.max) },
    { name: t('Mean'), value: number(({ mean }) => mean), hint: exactly(values?.mean) },
    {
      name: t('Deviation'),
      value: number(({ standardDeviation }) => standardDeviation),
      hint: t('Standard deviation, divided by the number of elements'),
    },
    { name: t('Norm'), value: number(({ norm }) => norm), hint: t('Frobenius norm') },
    { name: t('Zeros'), value: count(({ zeros }) => zeros), hint: t('Of both signs') },
    { name: t('NaN'), value: count(({ nan }) => nan), hint: t('Not a number') },
    {
      name: t('±Infinity'),
      value: count(({ positiveInfinite, negativeInfinite }) => positiveInfinite + negativeInfinite),
      hint: infinities(values),
    },
    {
      name: t('Subnormal'),
      value: count(({ subnormal }) => subnormal),
      hint: t('Below the smallest normal number'),
    },
    ...quantileLevels.map((level, index) => ({
      name: level === 0.5 ? t('Median') : t('{0} % quantile', plain(100 * level)),
      value: number(({ quantiles }) => quantiles[index] ?? null),
      hint: quantileHint(values),
    })),
  ];
}

function elementsOf({ finite, nan, positiveInfinite, negativeInfinite }: ValueStatistics): number {
  return finite + nan + positiveInfinite + negativeInfinite;
}

function countText(count: number, elements: number): string {
  return count === 0 ? '0' : `${grouped(count)} (${percent(count / Math.max(1, elements))})`;
}

function exactly(value: number | null | undefined): string {
  return value == null ? '' : String(value).replaceAll('-', '−');
}

function infinities(values: ValueStatistics | null): string {
  if (values === null) return '';
  return t('{0} of +∞, {1} of −∞', grouped(values.positiveInfinite), grouped(values.negativeInfinite));
}

function quantileHint(values: ValueStatistics | null): string {
  return values === null || values.resolution === 0 ? '' : t('Good to {0}', percent(values.resolution));
}
