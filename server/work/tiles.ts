import type { Pointer } from '../kernels/kernels.ts';
import { errorBound, staysFinite } from './errorBound.ts';
import { loadRows } from './factorRows.ts';
import { joinSides, largest, loadRightFactors, type Joined, type RightFactors } from './factors.ts';
import type { SteerItem } from './job.ts';
import type { Products } from './products.ts';
import type { Regions } from './regions.ts';
import { float64At, type Station } from './station.ts';
import type { Region, Tile, TileTerm } from './tasks.ts';
import { lowRankTerms } from './units.ts';
import { widths } from './widths.ts';

export interface Tiles {
  readonly fixed?: Tile;
  readonly moving?: Tile;
  /** Once the unit is done with them. */
  readonly release: () => void;
}

export interface Rows {
  readonly start: number;
  readonly length: number;
}

/** The low-rank part of one steer item: right factors held, a tile for each unit. */
export interface ItemTiles {
  make(rows: Rows): Promise<Tiles>;
  /** No more units. The factors are given back when the last tile is released. */
  close(): void;
}

/**
 * Loads an item's right factors. `products` absent: the threads multiply. On the main thread, whose `station` and
 * `regions` these are; fails as reading does.
 */
export function openItemTiles(
  station: Station,
  regions: Regions,
  { item, products }: { readonly item: SteerItem; readonly products: Products | undefined },
): ItemTiles {
  const load = (side: SteerItem['moving']) =>
    loadRightFactors(station, regions, lowRankTerms(side), {
      columns: item.columns,
      precision: products?.precision,
    });
  const groups = (['fixed', 'moving'] as const)
    .filter((name) => lowRankTerms(item[name]).length > 0)
    .map((name) => ({ name, factors: load(item[name]) }));
  let users = 1;
  const leave = () => {
    users -= 1;
    if (users > 0) return;
    for (const { factors } of groups) for (const region of factors.regions) regions.give(region);
  };
  return {
    close: leave,
    async make(rows) {
      const taken: Region[] = [];
      users += 1;
      const release = () => {
        for (const region of taken) regions.give(region);
        leave();
      };
      const take = (bytes: number) => {
        const region = regions.take(bytes);
        taken.push(region);
        return region.pointer;
      };
      try {
        const tiles: { fixed?: Tile; moving?: Tile } = {};
        for (const { name, factors } of groups) {
          tiles[name] = await makeTile(station, { factors, rows, columns: item.columns, products, take });
        }
        return { ...tiles, release };
      } catch (error) {
        release();
        throw error;
      }
    },
  };
}

interface Making {
  readonly factors: RightFactors;
  readonly rows: Rows;
  readonly columns: number;
  readonly products: Products | undefined;
  readonly take: (bytes: number) => Pointer;
}

/** Left factors of these rows, and the product where a device can compute it within its bound. */
async function makeTile(station: Station, making: Making): Promise<Tile> {
  const { factors, rows, columns, products, take } = making;
  const terms = factors.terms.map(({ term, dtype, right }): TileTerm => {
    const left = take(rows.length * term.rank * widths[dtype]);
    const range = { start: rows.start, count: rows.length, scale: 1, precision: dtype, target: left };
    loadRows(station, term.left, { ...range, transposed: term.left.transposed });
    return { scale: term.scale, rank: term.rank, dtype, left, right };
  });
  const joined = factors.joined;
  const left = joined === undefined ? undefined : joinLeft(station, terms, { ...making, joined });
  if (products === undefined || joined === undefined || left === undefined) {
    return { terms, precision: 'F64', target: take(rows.length * columns * 8) };
  }
  const { precision, rank, matrix: right } = joined;
  const target = take(rows.length * columns * widths[precision]);
  await products.multiply({ left: left.matrix, right, target, rows: rows.length, columns, rank });
  const bound = errorBound(precision, { rank, leftNorm: left.largest, rightNorm: joined.largest });
  return { terms, precision, target, filled: { bound, leftNorms: left.norms, rightNorms: joined.norms } };
}

/** [scale · left | …] for the device; undefined where its product could overflow on the way. */
function joinLeft(
  station: Station,
  terms: readonly TileTerm[],
  { rows, joined, take }: Making & { readonly joined: Joined },
): { readonly matrix: Pointer; readonly norms: Pointer; readonly largest: number } | undefined {
  const { precision, rank } = joined;
  const matrix = take(rows.length * rank * widths[precision]);
  const norms = take(rows.length * 8);
  const parts = terms.map(({ left, ...term }) => ({ ...term, pointer: left }));
  joinSides(station, parts, { rows: rows.length, precision, target: matrix });
  station.kernels.rowNorms(precision, matrix, rows.length, rank, norms);
  const norm = largest(float64At(station, norms, rows.length));
  return staysFinite(precision, norm, joined.largest) ? { matrix, norms, largest: norm } : undefined;
}
