import { grouped, percent, significant } from '#protocol/figures.ts';
import { t } from '../strings.ts';
import type { TensorChoice } from './choice.ts';
import type { Axis } from './plot.ts';
import { aboveRounding, energyTo, sigmaAt } from './ranks.ts';
import type { Series } from './series.ts';

/** Lines that are spoken of one by one; of more, how many there are. */
const mostSpoken = 6;

/** For the ear: `singular value 3: honest 0.412, sea 0.1`. */
export function sigmaText(series: readonly Series[], place: number): string {
  return t(
    'singular value {0}: {1}',
    place,
    spoken(series, (row) => significant(sigmaAt(row, place))),
  );
}

/** For the ear: `the first 3: honest 91.2 %`. */
export function energyText(series: readonly Series[], count: number): string {
  return t(
    'the first {0}: {1}',
    count,
    spoken(series, (row) => percent(energyTo(row, count))),
  );
}

/** Beside the pointer: `layer 2, down_proj 0.0123`. */
export function sigmaOf({ name, row }: Series, place: number): string {
  return row === undefined ? '' : `${name} ${significant(sigmaAt(row, place))}`;
}

/** Beside the pointer: `layer 2, down_proj 99.1 %`. */
export function energyOf({ name, row }: Series, count: number): string {
  return row === undefined ? '' : `${name} ${percent(energyTo(row, count))}`;
}

/** What a faint line is, where there are several of one colour; else empty. */
export function shadeText(series: readonly Series[], choice: TensorChoice): string {
  if (series.every(({ shade }) => shade === 1)) return '';
  return choice.kind === 'leading'
    ? t('Of one colour, the strongest line is the tensor with the largest norm.')
    : t('One line a layer, from the first (faint) to the last (strong).');
}

/** What a logarithmic axis leaves out; empty where that is nothing. */
export function roundingText(series: readonly Series[], axis: Axis): string {
  if (axis === 'linear') return '';
  const left = series.reduce((sum, { row }) => {
    const values = row?.singularValues ?? [];
    return sum + values.length - aboveRounding(values).length;
  }, 0);
  if (left === 0) return '';
  return t(
    'Not drawn: {0} singular values that are 0, or below 1e−9 of the largest, which is rounding.',
    left,
  );
}

/** Of lines that are missing, or not exact, why and by how much. */
export function lackText(series: readonly Series[]): readonly string[] {
  const named = (lack: Series['lack']) => series.filter((each) => each.lack === lack);
  const zero = named('zero');
  const dense = named('no-spectrum');
  const randomised = series.filter(({ row }) => row?.spectrum === 'randomised');
  return [
    ...(zero.length === 0 ? [] : [t('Zero there: {0}.', list(zero))]),
    ...(dense.length === 0 ? [] : [t('Dense, and without a spectrum so far: {0}.', list(dense))]),
    ...randomised.map(({ name, row }) =>
      t(
        '{0}: the leading {1} singular values, randomised, each off by at most {2}.',
        name,
        grouped(row?.singularValues?.length ?? 0),
        significant(row?.spectrumError ?? null),
      ),
    ),
  ];
}

function list(series: readonly Series[]): string {
  const names = series.slice(0, mostSpoken).map(({ name }) => name);
  const more = series.length - names.length;
  return more === 0 ? names.join('; ') : t('{0} and {1} more', names.join('; '), more);
}

function spoken(series: readonly Series[], value: (row: NonNullable<Series['row']>) => string): string {
  const known = series.flatMap(({ name, row }) => (row?.singularValues ? [{ name, row }] : []));
  const parts = known.slice(0, mostSpoken).map(({ name, row }) => `${name} ${value(row)}`);
  const more = known.length - parts.length;
  if (parts.length === 0) return t('not known');
  return more === 0 ? parts.join('; ') : t('{0} and {1} more', parts.join('; '), more);
}
