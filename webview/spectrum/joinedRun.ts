import type { TensorPlace } from '#protocol/analysis.ts';
import type { TensorAnalysis } from '#protocol/results.ts';
import { notStarted, type Run } from '../layers/run.ts';

/** Several analyses as one, for what is said of the work: counts and bytes are sums, one that fails or waits speaks for all. */
export function joinedRun(runs: readonly Run[]): Run {
  const [first = notStarted] = runs;
  if (runs.length < 2) return first;
  const isKnown = runs.every(({ plan }) => plan !== undefined);
  const tensors = runs.flatMap(({ plan }, number) => (plan?.tensors ?? []).map(renamed(number)));
  const rows = runs.flatMap((run, number) => [...run.rows.values()].map(renamed(number)));
  return {
    ...first,
    phase: phaseOf(runs),
    plan: first.plan && isKnown ? { ...first.plan, tensors } : undefined,
    rows: new Map(rows.map((row) => [row.name, row])),
    done: sum(runs.map(({ done }) => done)),
    total: sum(runs.map(({ total }) => total)),
    startedAt: Math.min(...runs.map(({ startedAt }) => startedAt)),
    now: Math.max(...runs.map(({ now }) => now)),
    isStale: runs.some(({ isStale }) => isStale),
    failure: undefined,
    warnings: runs.flatMap(({ warnings }) => warnings),
  };
}

function phaseOf(runs: readonly Run[]): Run['phase'] {
  const order = ['working', 'failed', 'cancelled'] as const;
  return order.find((phase) => runs.some((run) => run.phase === phase)) ?? 'done';
}

/** Names of different directions are apart. */
function renamed(number: number): <T extends TensorPlace | TensorAnalysis>(tensor: T) => T {
  return (tensor) => ({ ...tensor, name: `${number} ${tensor.name}` });
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
