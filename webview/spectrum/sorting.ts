import type { Sorting } from '../components/VirtualTable.tsx';

/** Largest first, then smallest first, then as it was. */
export function nextSorting(before: Sorting | undefined, key: string): Sorting | undefined {
  if (before?.key !== key) return { key, isDescending: true };
  return before.isDescending ? { key, isDescending: false } : undefined;
}

/** Rows by what one of their columns says; unknown numbers last in either direction. */
export function sorted<Row>(
  rows: readonly Row[],
  sorting: Sorting | undefined,
  valueOf: (row: Row, key: string) => number | string | null,
): readonly Row[] {
  if (sorting === undefined) return rows;
  const sign = sorting.isDescending ? -1 : 1;
  return rows.toSorted((one, other) => {
    const [a, b] = [valueOf(one, sorting.key), valueOf(other, sorting.key)];
    if (a === null || b === null) return Number(a === null) - Number(b === null);
    if (typeof a === 'number' && typeof b === 'number') return sign * (a - b);
    return -sign * String(a).localeCompare(String(b), 'en', { numeric: true });
  });
}
