const window = 3 * 60 * 1000;
const limit = 4;

/** Whether a server that has just crashed is started again by itself: not more than four times in three minutes. */
export function createRestartPolicy(now: () => number): () => boolean {
  let crashes: number[] = [];
  return () => {
    crashes = [...crashes.filter((time) => now() - time < window), now()];
    return crashes.length <= limit;
  };
}
