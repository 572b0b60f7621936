import { momentCount } from '../../work/viewItems.ts';

/** Numbers of finite elements: how many, their sum, Σ (x − mean)², and the smallest and largest of them. */
export interface Moments {
  readonly finite: number;
  readonly sum: number;
  readonly deviations: number;
  readonly min: number;
  readonly max: number;
}

/** What elements are besides finite numbers. */
export interface Kinds {
  readonly zeros: number;
  readonly negativeZeros: number;
  readonly nan: number;
  readonly positiveInfinite: number;
  readonly negativeInfinite: number;
  readonly subnormal: number;
}

/** What `mergeMoments` leaves unchanged, in the order of the kernel. */
export function noMoments(): Float64Array {
  return Float64Array.from({ length: momentCount }, (_, index) =>
    index === 4 ? Infinity : index === 5 ? -Infinity : 0,
  );
}

/**
 * Joins what two parts of a tensor came to, as the kernel joins its blocks: Σ (x − mean)² after Chan, Golub & LeVeque
 * (1979), the sum with what rounding took from it kept apart (Neumaier).
 */
export function mergeMoments(one: Float64Array, other: Float64Array): Float64Array {
  const merged = one.map((value, index) => value + (other[index] ?? 0));
  const [before = 0, high = 0, low = 0, , smallest = 0, largest = 0] = one;
  const [count = 0, sum = 0, rest = 0, , min = 0, max = 0] = other;
  merged[1] = high + sum;
  const lost = Math.abs(high) >= Math.abs(sum) ? high - merged[1] + sum : sum - merged[1] + high;
  merged[2] = low + rest + lost;
  if (before > 0 && count > 0) {
    const apart = (sum + rest) / count - (high + low) / before;
    merged[3] = (merged[3] ?? 0) + apart * apart * (before * (count / (before + count)));
  }
  merged[4] = Math.min(smallest, min);
  merged[5] = Math.max(largest, max);
  return merged;
}

/** The numbers by name. */
export function namedMoments(moments: Float64Array): Moments & Kinds {
  const [finite = 0, high = 0, low = 0, deviations = 0, min = 0, max = 0, ...kinds] = moments;
  const [zeros = 0, negativeZeros = 0, nan = 0, positiveInfinite = 0, negativeInfinite = 0, subnormal = 0] =
    kinds;
  const sum = high + low;
  return {
    finite,
    sum,
    deviations,
    min,
    max,
    zeros,
    negativeZeros,
    nan,
    positiveInfinite,
    negativeInfinite,
    subnormal,
  };
}
