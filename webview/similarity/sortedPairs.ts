import type { Pair } from './pairs.ts';

/** A pair with its names and its place among all pairs, from 1. */
export interface PairRow extends Pair {
  readonly rank: number;
  readonly names: readonly [a: string, b: string];
}

/** Pairs by one of their columns; unknown numbers last in either direction. */
export function sortedPairs(
  rows: readonly PairRow[],
  sorting: { readonly key: string; readonly isDescending: boolean } | undefined,
): readonly PairRow[] {
  if (sorting === undefined) return rows;
  const sign = sorting.isDescending ? -1 : 1;
  return rows.toSorted((one, other) => compared(one, other, sorting.key, sign));
}

function compared(one: PairRow, other: PairRow, key: string, sign: number): number {
  if (key === 'A' || key === 'B') {
    const index = key === 'A' ? 0 : 1;
    return -sign * one.names[index].localeCompare(other.names[index], 'en', { numeric: true });
  }
  const [a, b] = [numberOf(one, key), numberOf(other, key)];
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  return sign * (a - b);
}

function numberOf({ rank, z, cosine, flags }: PairRow, key: string): number | null {
  switch (key) {
    case 'rank':
      return rank;
    case 'z':
      return z;
    case 'flags':
      return flags.length;
    default:
      return cosine;
  }
}
