import type { Statistics } from '../../work/job.ts';

/**
 * Hands on what units found in the order of the units, whoever was faster, so that the last bits of sums do not
 * depend on it. Holds back as many as threads are ahead of the slowest.
 */
export function inOrder(
  next: (unit: number, statistics: Statistics) => void,
): (unit: number, statistics: Statistics) => void {
  const waiting = new Map<number, Statistics>();
  let due = 0;
  return (unit, statistics) => {
    waiting.set(unit, statistics);
    for (let held = waiting.get(due); held !== undefined; held = waiting.get(due)) {
      waiting.delete(due);
      next(due, held);
      due += 1;
    }
  };
}
