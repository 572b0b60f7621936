import type { DecodableDType } from '../../tensors/decode.ts';
import type { Kinds, Moments } from './moments.ts';

/** Distinct finite values with how often each occurs, ascending. */
export interface CountedValues {
  readonly values: Float64Array;
  readonly counts: Float64Array;
  /** Each stands for values from `values` up to here, away from zero; undefined where values are exact. */
  readonly reach: Float64Array | undefined;
}

/** What counts of bit patterns come to, where `values` are all values of the dtype by pattern. */
export function fromPatterns(
  counts: Float64Array,
  values: Float64Array,
  dtype: DecodableDType,
): { readonly counted: CountedValues; readonly kinds: Kinds } {
  const normal = smallestNormal.get(dtype) ?? 0;
  const kinds = {
    zeros: 0,
    negativeZeros: 0,
    nan: 0,
    positiveInfinite: 0,
    negativeInfinite: 0,
    subnormal: 0,
  };
  const found = new Map<number, number>();
  for (let pattern = 0; pattern < counts.length; pattern++) {
    const count = counts[pattern] ?? 0;
    if (count === 0) continue;
    const value = values[pattern] ?? Number.NaN;
    if (Number.isNaN(value)) kinds.nan += count;
    else if (!Number.isFinite(value)) kinds[value > 0 ? 'positiveInfinite' : 'negativeInfinite'] += count;
    else found.set(value, (found.get(value) ?? 0) + count);
    if (value === 0) kinds[Object.is(value, -0) ? 'negativeZeros' : 'zeros'] += count;
    else if (Math.abs(value) < normal) kinds.subnormal += count;
  }
  const sorted = Float64Array.from(found.keys()).toSorted();
  const counted = { values: sorted, counts: sorted.map((value) => found.get(value) ?? 0), reach: undefined };
  return { counted, kinds: { ...kinds, zeros: kinds.zeros + kinds.negativeZeros } };
}

/** Below these, numbers of a dtype lose digits. */
const smallestNormal: ReadonlyMap<string, number> = new Map([
  ['F16', 2 ** -14],
  ['BF16', 2 ** -126],
  ['F8_E4M3', 2 ** -6],
  ['F8_E5M2', 2 ** -14],
  ['F8_E4M3FNUZ', 2 ** -7],
  ['F8_E5M2FNUZ', 2 ** -15],
]);

/** Sums over exact values: each product of a count and a value is exact, and what adding them loses is kept. */
export function exactMoments({ values, counts }: CountedValues): Moments {
  const finite = counts.reduce((sum, count) => sum + count, 0);
  const sum = compensated(values.map((value, index) => value * (counts[index] ?? 0)));
  const mean = finite === 0 ? 0 : sum / finite;
  const deviations = compensated(values.map((value, index) => (value - mean) ** 2 * (counts[index] ?? 0)));
  return { finite, sum, deviations, min: values[0] ?? Number.NaN, max: values.at(-1) ?? Number.NaN };
}

/** Neumaier's sum. */
function compensated(terms: Float64Array): number {
  let [sum, lost] = [0, 0];
  for (const term of terms) {
    const next = sum + term;
    lost += Math.abs(sum) >= Math.abs(term) ? sum - next + term : term - next + sum;
    sum = next;
  }
  return sum + lost;
}

const bits = new Uint32Array(1);
const single = new Float32Array(bits.buffer);

/**
 * Values of 32 and 64 bits, of which the first 16 bits as a float32 were counted, and zeros apart: intervals from
 * `values` to `reach`, away from zero, kept within the smallest and largest value.
 */
export function fromPrefixes(counts: Float64Array, zeros: number, { min, max }: Moments): CountedValues {
  const within = (value: number) => Math.min(max, Math.max(min, value));
  const negative = occupied(counts, 0x8000).toReversed();
  const positive = occupied(counts, 0);
  const all = [...negative, ...(zeros > 0 ? [zeroPattern] : []), ...positive];
  const isZero = (pattern: number) => pattern === zeroPattern;
  return {
    values: Float64Array.from(all, (pattern) => (isZero(pattern) ? 0 : within(valueOf(pattern)))),
    counts: Float64Array.from(all, (pattern) => (isZero(pattern) ? zeros : (counts[pattern] ?? 0))),
    reach: Float64Array.from(all, (pattern) => (isZero(pattern) ? 0 : within(endOf(pattern)))),
  };
}

/** Stands for zeros, which are no pattern that was counted. */
const zeroPattern = -1;

/** Patterns of one sign that occur, by magnitude. */
function occupied(counts: Float64Array, sign: number): number[] {
  const patterns: number[] = [];
  for (let pattern = sign; pattern < sign + 0x8000; pattern++)
    if ((counts[pattern] ?? 0) > 0) patterns.push(pattern);
  return patterns;
}

/** The pattern without magnitude has everything below the normal numbers of float32. */
function valueOf(pattern: number): number {
  bits[0] = pattern << 16;
  return single[0] ?? 0;
}

/** The last one has everything that is too large for a float32. */
function endOf(pattern: number): number {
  const magnitude = pattern & 0x7fff;
  const sign = pattern >= 0x8000 ? -1 : 1;
  if (magnitude === 0) return sign * 2 ** -126;
  return magnitude >= 0x7f7f ? sign * Infinity : valueOf(pattern + 1);
}
