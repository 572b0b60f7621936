import type { Histogram, MagnitudeHistogram } from '#protocol/tensorView.ts';
import type { CountedValues } from './countedValues.ts';

/** Of a histogram whose ends differ. */
const mostBins = 200;

/** How values are spread from one end to the other, in bins of one width; null where there are none between them. */
export function histogramOf(counted: CountedValues, from: number, to: number): Histogram | null {
  if (!(from <= to) || !Number.isFinite(to - from)) return null;
  const sums = new Float64Array(to > from ? mostBins : 1);
  const scale = to > from ? mostBins / (to - from) : 0;
  let [below, above] = [0, 0];
  for (const [index, value] of counted.values.entries()) {
    const count = counted.counts[index] ?? 0;
    const other = counted.reach?.[index] ?? value;
    const [first, last] = value < other ? [value, other] : [other, value];
    const part = (bound: number) => shareBelow(bound, first, last) * count;
    if (last < from) below += count;
    else if (first > to) above += count;
    else spread(sums, count, { first: (first - from) * scale, last: (last - from) * scale });
    if (first < from && last >= from) below += part(from);
    if (last > to && first <= to) above += count - part(to);
  }
  return { from, to, counts: wholeCounts(sums), below: Math.round(below), above: Math.round(above) };
}

/** Adds a count to the bins that its interval covers, to each what falls into it. */
function spread(
  sums: Float64Array,
  count: number,
  { first, last }: { readonly first: number; readonly last: number },
): void {
  const bins = sums.length;
  const begin = Math.max(0, Math.min(bins - 1, Math.floor(first)));
  const end = Math.max(0, Math.min(bins - 1, Math.floor(last)));
  if (last === first) {
    sums[begin] = (sums[begin] ?? 0) + count;
    return;
  }
  for (let bin = begin; bin <= end; bin++) {
    const covered = Math.min(last, bin + 1) - Math.max(first, bin);
    sums[bin] = (sums[bin] ?? 0) + (count * Math.max(0, covered)) / (last - first);
  }
}

function shareBelow(bound: number, first: number, last: number): number {
  return last > first ? Math.min(1, Math.max(0, (bound - first) / (last - first))) : bound > first ? 1 : 0;
}

/** Rounded so that every sum from the first bin on is as near as whole numbers allow. */
function wholeCounts(sums: Float64Array): Float64Array {
  let [exact, given] = [0, 0];
  return sums.map((sum) => {
    exact += sum;
    const whole = Math.round(exact) - given;
    given += whole;
    return whole;
  });
}

/** Counts by powers of two; exact, because an interval never spans one. Null where nothing is other than zero. */
export function magnitudesOf({ values, counts, reach }: CountedValues): MagnitudeHistogram | null {
  const found = [...values.entries()].flatMap(([index, value]) => {
    const other = reach?.[index] ?? value;
    const nearer = Math.min(Math.abs(value), Math.abs(other));
    // What is below the normal numbers of float32 is one interval that begins at 0, and ends where they begin.
    const magnitude = nearer === 0 ? 0.75 * Math.max(Math.abs(value), Math.abs(other)) : nearer;
    if (magnitude === 0 || !Number.isFinite(magnitude)) return [];
    return [{ exponent: exponentOf(magnitude), isNegative: value + other < 0, count: counts[index] ?? 0 }];
  });
  if (found.length === 0) return null;
  const first = found.reduce((least, { exponent }) => Math.min(least, exponent), Infinity);
  const last = found.reduce((most, { exponent }) => Math.max(most, exponent), -Infinity);
  const [negative, positive] = [new Float64Array(last - first + 1), new Float64Array(last - first + 1)];
  for (const { exponent, isNegative, count } of found) {
    const side = isNegative ? negative : positive;
    side[exponent - first] = (side[exponent - first] ?? 0) + count;
  }
  return { first, negative, positive };
}

const double = new Float64Array(1);
const halves = new Uint32Array(double.buffer);

/** ⌊log₂ x⌋, from the bits: `Math.log2` rounds up just below a power. */
function exponentOf(magnitude: number): number {
  double[0] = magnitude >= 2 ** -1022 ? magnitude : magnitude * 2 ** 64;
  const biased = ((halves[1] ?? 0) >>> 20) & 0x7ff;
  return biased - 1023 - (magnitude >= 2 ** -1022 ? 0 : 64);
}
