import type { WorkProgress } from './job.ts';

const intervalMilliseconds = 100;

/** Passes on a state at most every 100 ms; `end` passes on the last one, whenever that was. */
export function thinned(report: ((progress: WorkProgress) => void) | undefined) {
  let last: WorkProgress | undefined;
  let reported = -Infinity;
  const send = () => {
    if (last === undefined) return;
    reported = performance.now();
    report?.(last);
    last = undefined;
  };
  return {
    add(progress: WorkProgress): void {
      last = progress;
      if (performance.now() - reported >= intervalMilliseconds) send();
    },
    end: send,
  };
}
