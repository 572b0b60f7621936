import type { Job, JobItem, JobTerm } from '../work/job.ts';

/** Node.js, ONNX Runtime, and the blocks of the threads. */
const floor = 220 * 2 ** 20;

/** What planning, the work and its journal know of each tensor. */
const perItem = 3500;

/** An upper estimate of the memory a job takes, in bytes: what is always there, its plan, and the factors of the largest product. */
export function peakMemory({ items }: Pick<Job, 'items'>): number {
  const largest = items.reduce((most, item) => Math.max(most, factorMemory(item)), 0);
  return streamingMemory(items.length) + largest;
}

/** The part of it that does not depend on factors. */
export function streamingMemory(items: number): number {
  return floor + items * perItem;
}

/** Values in float64 of the units that are under way at once. */
const valuesOfThreads = 12 * 2 ** 23;

/** Factors of one item in float32 as ONNX Runtime takes them, and once more as they are read; and what the rarer terms hold. */
function factorMemory(item: JobItem): number {
  if (item.kind === 'spectrum') return item.terms.reduce((sum, term) => sum + memoryOf(term), 0);
  if (item.kind === 'gram') return item.sums.flat().reduce((sum, term) => sum + memoryOf(term), 0);
  if (item.kind !== 'steer') return 0;
  return [...item.fixed, ...item.moving].reduce((sum, term) => sum + memoryOf(term), 0);
}

function memoryOf(term: JobTerm): number {
  switch (term.kind) {
    case 'dense':
    case 'rows':
      return 0;
    case 'low-rank':
      return 2 * 4 * (term.left.rows * term.left.columns + term.right.rows * term.right.columns);
    case 'rescaled':
      return memoryOf(term.change) + valuesOfThreads;
    case 'experts':
      return 2 * 4 * term.experts * term.rank * (term.rows + term.columns);
  }
}
