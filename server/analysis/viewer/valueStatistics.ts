import type { ValueStatistics } from '#protocol/tensorView.ts';
import type { DecodableDType } from '../../tensors/decode.ts';
import { patternValues } from '../../work/storedElement.ts';
import { axisNorms } from './axisNorms.ts';
import { type CountedValues, exactMoments, fromPatterns, fromPrefixes } from './countedValues.ts';
import { histogramOf, magnitudesOf } from './histograms.ts';
import { type Kinds, type Moments, namedMoments, noMoments } from './moments.ts';
import { quantilesOf } from './quantiles.ts';
import type { SurveySum } from './surveySum.ts';

interface Counted {
  readonly counted: CountedValues;
  readonly moments: Moments;
  readonly kinds: Kinds;
}

/** What counts and sums say of a tensor's values. */
export function valueStatistics(sum: SurveySum, dtype: DecodableDType): ValueStatistics {
  const { counted, moments, kinds } = countedOf(sum, dtype);
  const { finite } = moments;
  const mean = moments.sum / finite;
  const quantiles = quantilesOf(counted);
  const orNull = (value: number) => (finite === 0 || Number.isNaN(value) ? null : value);
  return {
    finite,
    ...kinds,
    min: orNull(moments.min),
    max: orNull(moments.max),
    mean: orNull(mean),
    standardDeviation: orNull(Math.sqrt(moments.deviations / finite)),
    norm: orNull(Math.sqrt(moments.deviations + finite * mean ** 2)),
    quantiles,
    resolution: counted.reach === undefined ? 0 : 2 ** -8,
    whole: histogramOf(counted, moments.min, moments.max),
    central: histogramOf(counted, quantiles[0] ?? Number.NaN, quantiles.at(-1) ?? Number.NaN),
    magnitudes: magnitudesOf(counted),
    rows: sum.rowSquares && axisNorms(sum.rowSquares),
    columns: sum.columnSquares && axisNorms(sum.columnSquares),
  };
}

function countedOf({ counts, moments }: SurveySum, dtype: DecodableDType): Counted {
  const values = patternValues(dtype);
  if (values !== undefined) {
    const { counted, kinds } = fromPatterns(counts, values, dtype);
    return { counted, kinds, moments: exactMoments(counted) };
  }
  const { zeros, negativeZeros, nan, positiveInfinite, negativeInfinite, subnormal, ...sums } = namedMoments(
    moments ?? noMoments(),
  );
  const kinds = { zeros, negativeZeros, nan, positiveInfinite, negativeInfinite, subnormal };
  return { counted: fromPrefixes(counts, zeros, sums), moments: sums, kinds };
}
