import type { AxisNorms } from '#protocol/tensorView.ts';

/** More are drawn together: no screen has more pixels along an axis. */
const mostBins = 2048;

/** Norms of rows or columns from the sums of their squares. */
export function axisNorms(squares: Float64Array): AxisNorms {
  const count = squares.length;
  const perBin = Math.max(1, Math.ceil(count / mostBins));
  const bins = Math.ceil(count / perBin);
  const norms = new Float64Array(bins);
  const largest = new Float64Array(bins);
  for (let bin = 0; bin < bins; bin++) {
    const part = squares.subarray(bin * perBin, (bin + 1) * perBin);
    norms[bin] = Math.sqrt(part.reduce((sum, square) => sum + square, 0) / part.length);
    largest[bin] = Math.sqrt(part.reduce((most, square) => Math.max(most, square), 0));
  }
  return { count, perBin, norms, largest };
}
