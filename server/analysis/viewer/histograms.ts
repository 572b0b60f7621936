import type { Histogram, MagnitudeHistogram } from '#protocol/tensorView.ts';
import type { CountedValues } from './countedValues.ts';

/** Of a histogram whose ends differ. */
const mostBins = 200;

/** How values are spread from one end to the other, in bins of one width; null where there are none between them. */
export function histogramOf(counted: CountedValues, from: number, to: number): Histogram | null {
  if (!(from <= to) || !Number.isFinite(to - from)) return null;
  const sums = new Float64Array((to > from ? mostBins : 1) + 2); // Those below come first, those above last.
  if (counted.reach === undefined || from === to) countSingle(sums, counted, { from, to });
  else countIntervals(sums, { ...counted, reach: counted.reach }, { from, to });
  const whole = wholeCounts(sums);
  return { from, to, counts: whole.slice(1, -1), below: whole[0] ?? 0, above: whole.at(-1) ?? 0 };
}

interface Ends {
  readonly from: number;
  readonly to: number;
}

/** Each value in its bin. */
function countSingle(sums: Float64Array, { values, counts }: CountedValues, { from, to }: Ends): void {
  const bins = sums.length - 2;
  for (let index = 0; index < values.length; index++) {
    const value = values[index] ?? 0;
    const place = from === to ? 0 : Math.min(bins - 1, Math.floor(((value - from) * bins) / (to - from)));
    addTo(sums, value < from ? 0 : value > to ? bins + 1 : 1 + place, counts[index] ?? 0);
  }
}

function countIntervals(
  sums: Float64Array,
  { values, counts, reach }: CountedValues & { readonly reach: Float64Array },
  { from, to }: Ends,
): void {
  const bins = sums.length - 2;
  const place = (bound: number) => 1 + ((bound - from) * bins) / (to - from);
  for (let index = 0; index < values.length; index++) {
    const [one, other] = [place(values[index] ?? 0), place(reach[index] ?? 0)];
    const isPoint = one === other;
    const inside = isPoint && values[index] === to ? bins : one; // The last bin includes its upper end.
    spread(
      sums,
      counts[index] ?? 0,
      isPoint ? { first: inside, last: inside } : { first: Math.min(one, other), last: Math.max(one, other) },
    );
  }
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
export function magnitudesOf(counted: CountedValues): MagnitudeHistogram | null {
  const exponents = Int32Array.from(counted.values, (_, index) => exponentAt(counted, index));
  const first = exponents.reduce((least, exponent) => Math.min(least, exponent), none);
  if (first === none) return null;
  const last = exponents.reduce(
    (most, exponent) => (exponent === none ? most : Math.max(most, exponent)),
    first,
  );
  const [negative, positive] = [new Float64Array(last - first + 1), new Float64Array(last - first + 1)];
  for (const [index, exponent] of exponents.entries()) {
    if (exponent === none) continue;
    const isNegative = (counted.values[index] ?? 0) + (counted.reach?.[index] ?? 0) < 0;
    addTo(isNegative ? negative : positive, exponent - first, counted.counts[index] ?? 0);
  }
  return { first, negative, positive };
}

/** Of zero. */
const none = 2 ** 31 - 1;

function exponentAt({ values, reach }: CountedValues, index: number): number {
  const value = Math.abs(values[index] ?? 0);
  const other = Math.abs(reach?.[index] ?? value);
  const nearer = Math.min(value, other);
  // What is below the normal numbers of float32 is one interval that begins at 0, and ends where they begin.
  const magnitude = nearer === 0 ? 0.75 * Math.max(value, other) : nearer;
  return magnitude === 0 ? none : exponentOf(magnitude);
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
