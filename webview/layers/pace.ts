import type { Run } from './run.ts';

export interface Pace {
  /** 0 … 1; null before anything is known. */
  readonly share: number | null;
  /** Null while it is too early to say. */
  readonly bytesPerSecond: number | null;
  readonly secondsLeft: number | null;
}

/** Earlier, a rate is noise. */
const earliestSeconds = 0.5;

/** How fast it goes, on average since the start. */
export function paceOf({ done, total, startedAt, now }: Run): Pace {
  const seconds = (now - startedAt) / 1000;
  const share = total > 0 ? Math.min(1, done / total) : null;
  if (seconds < earliestSeconds || done === 0) return { share, bytesPerSecond: null, secondsLeft: null };
  const bytesPerSecond = done / seconds;
  return { share, bytesPerSecond, secondsLeft: Math.max(0, total - done) / bytesPerSecond };
}
