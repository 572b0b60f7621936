import type { Pointer } from '../kernels/kernels.ts';
import { loadRows } from './factorRows.ts';
import type { RightFactors } from './factors.ts';
import type { Rows } from './rows.ts';
import type { Station } from './station.ts';
import type { TileTerm } from './tasks.ts';
import { widths } from './widths.ts';

/** A low-rank term over some rows: its left factor for them is loaded, its right one is there already. */
export function tileTerm(
  station: Station,
  { term, dtype, right }: RightFactors['terms'][number],
  { start, length, take }: Rows & { readonly take: (bytes: number) => Pointer },
): TileTerm {
  const left = take(length * term.rank * widths[dtype]);
  const range = { start, count: length, scale: 1, precision: dtype, target: left };
  loadRows(station, term.left, { ...range, transposed: term.left.transposed });
  return { row: 0, rows: length, scale: term.scale, rank: term.rank, dtype, left, right };
}
