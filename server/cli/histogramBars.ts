import type { Histogram, MagnitudeHistogram } from '#protocol/tensorView.ts';
import { grouped, significant } from '../numbers.ts';
import { maximum } from './maximum.ts';

/** Characters of the longest bar; each has eighths. */
const width = 40;
const eighths = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

/** Lines of a histogram in a terminal: bins are drawn together. */
const lines = 20;

/** A histogram as bars, one line for several bins: where they begin, and how many elements they have. */
export function histogramBars({ from, to, counts, below, above }: Histogram): string {
  const perLine = Math.ceil(counts.length / lines);
  const bars = Array.from({ length: Math.ceil(counts.length / perLine) }, (_, line) => {
    const start = from + ((to - from) * line * perLine) / counts.length;
    const part = counts.subarray(line * perLine, (line + 1) * perLine);
    return { label: significant(start), count: part.reduce((sum, count) => sum + count, 0) };
  });
  const outside = below + above === 0 ? [] : [`${grouped(below)} below, ${grouped(above)} above`];
  return [barLines(bars), ...outside].join('\n');
}

/** Magnitudes by powers of two, both signs together. */
export function magnitudeBars({ first, negative, positive }: MagnitudeHistogram): string {
  const bars = Array.from(negative, (count, index) => ({
    label: `2^${first + index}`,
    count: count + (positive[index] ?? 0),
  }));
  return barLines(bars);
}

interface Bar {
  readonly label: string;
  readonly count: number;
}

function barLines(bars: readonly Bar[]): string {
  const most = maximum(bars.map(({ count }) => count));
  const labels = maximum(bars.map(({ label }) => label.length));
  return bars
    .map(
      ({ label, count }) => `${label.padStart(labels)}  ${bar(count, most).padEnd(width)}  ${grouped(count)}`,
    )
    .join('\n');
}

/** What is not nothing has at least the thinnest bar. */
function bar(count: number, most: number): string {
  const filled = count === 0 ? 0 : Math.max(1, Math.round((8 * width * count) / most));
  return '█'.repeat(Math.floor(filled / 8)) + (eighths[filled % 8] ?? '');
}
