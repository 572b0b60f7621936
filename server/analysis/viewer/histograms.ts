import type { Histogram, MagnitudeHistogram } from '#protocol/tensorView.ts';
import type { CountedValues } from './countedValues.ts';

/** Of a histogram whose ends differ. */
const mostBins = 200;

/** How values are spread from one end to the other, in bins of one width; null where there are none between them. */
export function histogramOf(counted: CountedValues, from: number, to: number): Histogram | null {
  if (!(from <= to) || !Number.isFinite(to - from)) return null;
  const bins = to > from ? mostBins : 1;
  const scale = to > from ? bins / (to - from) : 0;
  const sums = new Float64Array(bins + 2); // Those below come first, those above last.
  for (const [index, value] of counted.values.entries()) {
    const other = counted.reach?.[index] ?? value;
    const [first, last] = value < other ? [value, other] : [other, value];
    const isInside = first === last && first >= from && first <= to;
    const place = (bound: number) =>
      isInside ? Math.min(bins - 1, scale * (bound - from)) : scale * (bound - from);
    if (scale === 0) addTo(sums, first < from ? 0 : first > to ? 2 : 1, counted.counts[index] ?? 0);
    else spread(sums, counted.counts[index] ?? 0, { first: 1 + place(first), last: 1 + place(last) });
  }
  const [below = 0, ...rest] = wholeCounts(sums);
  return { from, to, counts: Float64Array.from(rest.slice(0, -1)), below, above: rest.at(-1) ?? 0 };
}

/** Adds a count to the bins that its interval covers, to each what falls into it; the outermost have no end. */
function spread(
  sums: Float64Array,
  count: number,
  { first, last }: { readonly first: number; readonly last: number },
): void {
  const within = (place: number) => Math.max(0, Math.min(sums.length - 1, Math.floor(place)));
  const [begin, end] = [within(first), within(last)];
  for (let bin = begin; bin <= end; bin++) {
    const from = bin === begin ? first : bin;
    const to = bin === end ? last : bin + 1;
    const share = last > first ? Math.max(0, to - from) / (last - first) : 1;
    addTo(sums, bin, count * share);
  }
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

function addTo(sums: Float64Array, index: number, count: number): void {
  sums[index] = (sums[index] ?? 0) + count;
}
