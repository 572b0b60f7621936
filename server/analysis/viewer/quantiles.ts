import { quantileLevels } from '#protocol/tensorView.ts';
import type { CountedValues } from './countedValues.ts';

/**
 * The quantiles of `quantileLevels`, interpolated linearly between the two nearest values, as numpy does by default.
 * NaN where there is no value. Of intervals, the middle of the one that a value lies in: off by 2⁻⁸ of it at most.
 */
export function quantilesOf(counted: CountedValues): Float64Array {
  const total = counted.counts.reduce((sum, count) => sum + count, 0);
  const ends = endsOf(counted.counts);
  return Float64Array.from(quantileLevels, (level) => {
    if (total === 0) return Number.NaN;
    const place = (total - 1) * level;
    const below = valueAt(counted, ends, Math.floor(place));
    const above = valueAt(counted, ends, Math.min(total - 1, Math.floor(place) + 1));
    return below + (above - below) * (place - Math.floor(place));
  });
}

/** How many elements there are up to and including each value. */
function endsOf(counts: Float64Array): Float64Array {
  let total = 0;
  return counts.map((count) => (total += count));
}

/** The element that would be at this index if all were sorted. */
function valueAt({ values, reach }: CountedValues, ends: Float64Array, index: number): number {
  let [low, high] = [0, ends.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ends[middle] ?? 0) > index) high = middle;
    else low = middle + 1;
  }
  const value = values[low] ?? Number.NaN;
  const end = reach?.[low] ?? value;
  return value + (end - value) / 2;
}
