import type { Metric } from './metrics.ts';

/** From 0, drawn as the background, to `top`, drawn as the full colour. Values beyond are drawn as `top`. */
export interface ColorScale {
  readonly top: number;
  /** The largest value, where it lies beyond the top; the legend says so. */
  readonly beyond: number | null;
}

/** How far the largest value may stand out before it would leave nothing of the scale to the others. */
const outstanding = 1.8;

/** A scale that fits these values, with a round end. At most 2 % of them are left beyond it, lest they flatten the rest. */
export function colorScale(values: readonly number[]): ColorScale {
  const ascending = values.filter((value) => value > 0).toSorted((a, b) => a - b);
  const largest = ascending.at(-1) ?? 0;
  const usual = ascending[Math.ceil(0.98 * (ascending.length - 1))] ?? 0;
  if (largest <= outstanding * usual) return { top: roundUp(largest), beyond: null };
  return { top: roundUp(usual), beyond: largest };
}

/** 0 … 1. */
export function level(value: number, { top }: ColorScale): number {
  return top === 0 ? 0 : Math.min(1, Math.max(0, value / top));
}

/** Percentages are told as such. */
export function isShare(metric: Metric): boolean {
  return metric !== 'norm';
}

const roundNumbers = [1, 1.2, 1.4, 1.6, 1.8, 2, 2.3, 2.6, 3, 3.5, 4, 4.5, 5, 6, 7, 8, 9, 10];

function roundUp(value: number): number {
  if (!(value > 0)) return 0;
  const power = 10 ** Math.floor(Math.log10(value));
  const found = roundNumbers.find((round) => round * power >= value * (1 - 1e-9)) ?? 10;
  return Number((found * power).toPrecision(2));
}
