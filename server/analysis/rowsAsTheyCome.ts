import type { Statistics } from '../work/job.ts';

/**
 * Makes rows of finished items: `done` is called with the number of a row, and the statistics of its items in their order, when the
 * last of them is finished. Rows without items never come.
 */
export function rowsAsTheyCome(
  itemsOfRows: readonly (readonly number[])[],
  done: (row: number, statistics: readonly Statistics[]) => void,
): (item: number, statistics: Statistics) => void {
  const rowOf = new Map(itemsOfRows.flatMap((items, row) => items.map((item) => [item, row] as const)));
  const known = new Map<number, Statistics>();
  return (item, statistics) => {
    known.set(item, statistics);
    const row = rowOf.get(item);
    const items = row === undefined ? [] : (itemsOfRows[row] ?? []);
    const found = items.flatMap((each) => known.get(each) ?? []);
    if (row === undefined || found.length < items.length) return;
    for (const each of items) known.delete(each);
    done(row, found);
  };
}

/** Hands each row on once, whoever has it first, and gives it back. */
export function onceEach<T>(tell: ((row: T) => void) | undefined): (number: number, row: T) => T {
  const told = new Set<number>();
  return (number, row) => {
    if (!told.has(number)) tell?.(row);
    told.add(number);
    return row;
  };
}
