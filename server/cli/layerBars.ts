import type { TensorAnalysis } from '#protocol/results.ts';
import { type JointNorm, jointNorm } from './jointNorm.ts';
import { maximum } from './maximum.ts';
import { percent, significant } from '../numbers.ts';

/** Characters of the longest bar; each has eighths. */
const width = 32;
const eighths = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

interface Bar extends JointNorm {
  readonly label: string;
}

/** One bar a layer: the norm of the direction there and its share of the base's; what is in no layer comes last. */
export function layerBars(tensors: readonly TensorAnalysis[]): string {
  const layers = Map.groupBy(tensors, ({ layer }) => layer);
  const bars = [...layers].toSorted(([a], [b]) => (a ?? Infinity) - (b ?? Infinity)).map(toBar);
  const longest = maximum(bars.map(({ norm }) => norm));
  const labels = maximum(bars.map(({ label }) => label.length));
  const shares = maximum(bars.map(({ share }) => percent(share).length));
  return bars.map((bar) => line(bar, { longest, labels, shares })).join('\n');
}

function toBar([layer, tensors]: readonly [number | null, readonly TensorAnalysis[]]): Bar {
  return { label: layer === null ? 'others' : `layer ${layer}`, ...jointNorm(tensors) };
}

interface Layout {
  readonly longest: number;
  readonly labels: number;
  readonly shares: number;
}

function line({ label, norm, share }: Bar, { longest, labels, shares }: Layout): string {
  const filled = longest > 0 && Number.isFinite(norm) ? Math.round((8 * width * norm) / longest) : 0;
  const bar = '█'.repeat(Math.floor(filled / 8)) + (eighths[filled % 8] ?? '');
  const relation = share === null ? '' : `  ${percent(share).padStart(shares)} of the base`;
  return `${label.padEnd(labels)}  ${bar.padEnd(width)}  ${significant(norm).padStart(8)}${relation}`;
}
