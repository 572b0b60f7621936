import type { WorkProgress } from './job.ts';

const intervalMilliseconds = 100;

/** Adds up, and passes the state on at most every 100 ms; `end` passes on the last one, whenever that was. */
export function thinned(
  report: ((progress: WorkProgress) => void) | undefined,
  { total, done: before }: WorkProgress,
): { readonly add: (bytes: number) => void; readonly end: () => void } {
  let done = before;
  let reported = -Infinity;
  return {
    add(bytes) {
      done += bytes;
      if (performance.now() - reported < intervalMilliseconds) return;
      reported = performance.now();
      report?.({ done, total });
    },
    end: () => report?.({ done, total }),
  };
}
