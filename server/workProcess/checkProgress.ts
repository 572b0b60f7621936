import type { CheckProgress } from '#protocol/check.ts';

const intervalMilliseconds = 100;

/** Sends all findings, and of the states one in a while and the last. */
export function checkProgress(report: (progress: CheckProgress) => void): (progress: CheckProgress) => void {
  let last = Number.NEGATIVE_INFINITY;
  return (progress) => {
    const now = performance.now();
    const isLast = progress.kind === 'state' && progress.done === progress.total;
    if (progress.kind === 'state' && !isLast && now - last < intervalMilliseconds) return;
    if (progress.kind === 'state') last = now;
    report(progress);
  };
}
