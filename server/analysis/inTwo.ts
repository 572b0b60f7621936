import type { WorkProgress } from '../work/job.ts';

type Report = (progress: WorkProgress) => void;

/** One progress of two pieces of work, one after the other; `later` is what the second counts up to. */
export function inTwo(
  report: Report | undefined,
  later: number,
): { readonly first: Report; readonly second: Report } {
  let before = 0;
  return {
    first({ done, total }) {
      before = total;
      report?.({ done, total: total + later });
    },
    second: ({ done, total }) => report?.({ done: before + done, total: before + total }),
  };
}
