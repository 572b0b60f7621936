import { bytes } from '#protocol/figures.ts';
import { quantileLevels, type TensorStatistics, type ValueStatistics } from '#protocol/tensorView.ts';
import { counted, grouped, percent, significant } from '../numbers.ts';
import { histogramBars, magnitudeBars } from './histogramBars.ts';
import { table } from './table.ts';

/** `inspect --tensor`: what is known of a tensor's values, for people. */
export function tensorText(statistics: TensorStatistics): string {
  const { name, dtype, shape, elements, values, byteCounts, unknown } = statistics;
  const heading = `${name}: ${dtype} [${shape.join(', ')}], ${counted(elements, 'element')}`;
  if (values !== null) return [heading, '', ...valueParts(values, elements)].join('\n');
  const used = (byteCounts ?? new Float64Array()).filter((count) => count > 0).length;
  const total = (byteCounts ?? new Float64Array()).reduce((sum, count) => sum + count, 0);
  return [heading, `${unknown} ${bytes(total)}, ${used} of 256 byte values occur.`].join('\n');
}

function valueParts(values: ValueStatistics, elements: number): readonly string[] {
  const { central, magnitudes, rows, columns } = values;
  return [
    facts(values, elements),
    '',
    quantileTable(values),
    ...(rows === null ? [] : ['', normLine('rows', rows.largest)]),
    ...(columns === null ? [] : [normLine('columns', columns.largest)]),
    ...(central === null ? [] : ['', 'from the 0.1 % to the 99.9 % quantile', histogramBars(central)]),
    ...(magnitudes === null ? [] : ['', 'magnitudes, from each power of two on', magnitudeBars(magnitudes)]),
  ];
}

function facts(values: ValueStatistics, elements: number): string {
  const share = (count: number) =>
    count === 0 ? '0' : `${grouped(count)} (${percent(count / Math.max(1, elements))})`;
  const rows: readonly (readonly [string, string])[] = [
    ['min', significant(values.min)],
    ['max', significant(values.max)],
    ['mean', significant(values.mean)],
    ['standard deviation', significant(values.standardDeviation)],
    ['norm', significant(values.norm)],
    ['zeros', share(values.zeros)],
    ['negative zeros', share(values.negativeZeros)],
    ['subnormal', share(values.subnormal)],
    ['NaN', share(values.nan)],
    ['infinite', share(values.positiveInfinite + values.negativeInfinite)],
  ];
  return table([{ heading: 'value' }, { heading: '', align: 'right' }], rows);
}

function quantileTable({ quantiles, resolution }: ValueStatistics): string {
  const heading = resolution === 0 ? 'quantile' : `quantile (within ${percent(resolution)})`;
  const rows = quantileLevels.map((level, index) => [
    `${Number((100 * level).toPrecision(3))} %`,
    significant(quantiles[index] ?? null),
  ]);
  return table([{ heading }, { heading: '', align: 'right' }], rows);
}

function normLine(what: string, largest: Float64Array): string {
  const [least, most] = [Math.min(...largest), Math.max(...largest)];
  return `norms of ${what}: ${significant(least)} to ${significant(most)}`;
}
