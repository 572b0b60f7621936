import type { RowRun } from './term.ts';

/** Where stored rows 0, 1, 2, … go, as runs in ascending order of their places. */
export function runsOf(places: readonly number[]): readonly RowRun[] {
  const single = places.map((to, from) => ({ from, to, count: 1 }));
  return joined(single.toSorted((one, other) => one.to - other.to));
}

/** With runs that follow one another on both sides made one. */
export function joined(runs: readonly RowRun[]): readonly RowRun[] {
  const longer: RowRun[] = [];
  for (const run of runs) {
    const last = longer.at(-1);
    const follows =
      last !== undefined && last.from + last.count === run.from && last.to + last.count === run.to;
    if (follows) longer[longer.length - 1] = { ...last, count: last.count + run.count };
    else longer.push(run);
  }
  return longer;
}
