import type { Job, JobItem, LowRankOperand } from '../work/job.ts';

/** Node.js, ONNX Runtime, and the blocks of the threads. */
const floor = 220 * 2 ** 20;

/** What planning, the work and its journal know of each tensor. */
const perItem = 7000;

/** An upper estimate of the memory a job takes, in bytes: what is always there, its plan, and the factors of the largest product. */
export function peakMemory({ items }: Pick<Job, 'items'>): number {
  const largest = items.reduce((most, item) => Math.max(most, factorMemory(item)), 0);
  return streamingMemory(items.length) + largest;
}

/** The part of it that does not depend on factors. */
export function streamingMemory(items: number): number {
  return floor + items * perItem;
}

/** Factors of one item in float32 as ONNX Runtime takes them, and once more as they are read. */
function factorMemory(item: JobItem): number {
  const terms = termsOf(item);
  const values = terms.reduce(
    (sum, { left, right }) => sum + left.rows * left.columns + right.rows * right.columns,
    0,
  );
  return 2 * 4 * values;
}

function termsOf(item: JobItem): readonly LowRankOperand[] {
  if (item.kind === 'spectrum') return item.terms;
  if (item.kind !== 'steer') return [];
  return [...item.fixed, ...item.moving].filter((term) => term.kind === 'low-rank');
}
