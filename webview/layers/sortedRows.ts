import type { TensorPlace } from '#protocol/analysis.ts';
import type { TensorAnalysis } from '#protocol/results.ts';

/** Rows by one of their columns; unknown numbers last in either direction. */
export function sortedRows<Row extends TensorPlace & Partial<TensorAnalysis>>(
  rows: readonly Row[],
  sorting: { readonly key: string; readonly isDescending: boolean } | undefined,
): readonly Row[] {
  if (sorting === undefined) return rows;
  const { key, isDescending } = sorting;
  const sign = isDescending ? -1 : 1;
  if (key === 'name')
    return rows.toSorted((a, b) => -sign * a.name.localeCompare(b.name, 'en', { numeric: true }));
  return rows
    .map((row) => ({ row, value: valueOf(row, key) }))
    .toSorted((a, b) => compared(a.value, b.value, sign))
    .map(({ row }) => row);
}

function compared(a: number | null, b: number | null, sign: number): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  return sign * (a - b);
}

function valueOf(row: TensorPlace & Partial<TensorAnalysis>, key: string): number | null {
  switch (key) {
    case 'layer':
      return row.layer;
    case 'shape':
      return row.shape.reduce((product, size) => product * size, 1);
    case 'rank':
      return row.rank;
    case 'relativeNorm':
      return row.relativeNorm ?? null;
    case 'stableRank':
      return row.stableRank ?? null;
    case 'effectiveRank':
      return row.effectiveRank ?? null;
    default:
      return row.norm ?? null;
  }
}
