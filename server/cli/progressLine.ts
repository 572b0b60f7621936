import { bytes } from '#protocol/figures.ts';
import type { WorkProgress } from '../work/job.ts';
import { counted, duration } from '../numbers.ts';
import { printable } from './printable.ts';

/** Where the line is drawn; `isTTY` is false for pipes and files, which get none. */
export interface ProgressTerminal {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

interface Shown extends WorkProgress {
  readonly output?: string;
  /** What is counted, where that is not bytes: `prompt`, say. */
  readonly unit?: string;
}

export interface ProgressLine {
  readonly report: (progress: Shown) => void;
  /** Takes the line away, for what is printed next. */
  readonly clear: () => void;
}

const clearLine = '\r\u001b[2K';
const intervalMilliseconds = 100;

/** One line that is drawn over and over, at most ten times a second. `now` is a clock in milliseconds. */
export function createProgressLine(terminal: ProgressTerminal, now = () => performance.now()): ProgressLine {
  if (terminal.isTTY !== true) return { report: () => {}, clear: () => {} };
  let first: { readonly time: number; readonly progress: WorkProgress } | undefined;
  let drawn = -Infinity;
  return {
    report(progress) {
      const time = now();
      if (first === undefined || progress.total !== first.progress.total) first = { time, progress };
      if (time - drawn < intervalMilliseconds) return;
      drawn = time;
      const seconds = (time - first.time) / 1000;
      const text = progressText(progress, { bytes: progress.done - first.progress.done, seconds });
      // One column stays free: some terminals break a line that fills them.
      terminal.write(clearLine + printable(text).slice(0, (terminal.columns ?? 80) - 1));
    },
    clear() {
      if (drawn === -Infinity) return;
      drawn = -Infinity;
      terminal.write(clearLine);
    },
  };
}

/** `41 %  3.20 of 7.80 GB  1.20 GB/s  4 s left`, or `41 %  7 of 17 prompts  4 s left`; `passed` is what this run did, and in what time. */
export function progressText(
  { done, total, output, unit }: Shown,
  passed: { readonly bytes: number; readonly seconds: number },
): string {
  const share = total === 0 ? 100 : Math.floor((100 * done) / total);
  const rate = passed.seconds > 0 ? passed.bytes / passed.seconds : 0;
  return [
    `${share} %`.padStart(5),
    unit === undefined ? `${bytes(done)} of ${bytes(total)}` : `${done} of ${counted(total, unit)}`,
    ...(rate > 0 && unit === undefined ? [`${bytes(Math.round(rate))}/s`] : []),
    ...(rate > 0 ? [`${duration((total - done) / rate)} left`] : []),
    ...(output === undefined ? [] : [output]),
  ].join('  ');
}
