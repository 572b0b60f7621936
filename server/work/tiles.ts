import type { Pointer } from '../kernels/kernels.ts';
import { errorBound, staysFinite } from './errorBound.ts';
import { joinSides, largest, loadRightFactors, type Joined, type RightFactors } from './factors.ts';
import { expertTerms, type HeldExperts, holdExperts } from './heldExperts.ts';
import { type HeldRescaled, holdRescaled } from './heldRescaled.ts';
import type { SteerItem } from './job.ts';
import type { Products } from './products.ts';
import type { Regions } from './regions.ts';
import { float64At, type Station } from './station.ts';
import type { Rows } from './rows.ts';
import type { Region, Tile, TileRescaled, TileTerm } from './tasks.ts';
import { tileTerm } from './tileTerm.ts';
import { lowRankTerms } from './units.ts';
import { widths } from './widths.ts';

export interface Tiles {
  readonly fixed?: Tile;
  readonly moving?: Tile;
  /** Once the unit is done with them. */
  readonly release: () => void;
}

/** What is not dense of one steer item: right factors held, a tile for each unit. */
export interface ItemTiles {
  make(rows: Rows): Promise<Tiles>;
  /** No more units. The factors are given back when the last tile is released. */
  close(): void;
}

/**
 * Loads an item's right factors. `products` absent: the threads multiply. On the main thread, whose `station` and
 * `regions` these are; fails as reading does.
 */
export async function openItemTiles(
  station: Station,
  regions: Regions,
  { item, products }: { readonly item: SteerItem; readonly products: Products | undefined },
): Promise<ItemTiles> {
  const groups: Group[] = [];
  const giveAll = () => {
    for (const { factors, rescaled, experts } of groups)
      for (const held of [factors, ...rescaled, ...experts])
        for (const region of held.regions) regions.give(region);
  };
  try {
    for (const name of ['fixed', 'moving'] as const) {
      const wanted = { columns: item.columns, precision: products?.precision };
      const terms = item[name];
      const factors = loadRightFactors(station, regions, lowRankTerms(terms), wanted);
      const group = { name, terms, factors, rescaled: [] as HeldRescaled[], experts: [] as HeldExperts[] };
      groups.push(group);
      for (const term of terms) {
        if (term.kind === 'rescaled')
          group.rescaled.push(await holdRescaled(station, regions, { term, item }));
        if (term.kind === 'experts') group.experts.push(holdExperts(station, regions, term));
      }
    }
  } catch (error) {
    giveAll();
    throw error;
  }
  let users = 1;
  const leave = () => {
    users -= 1;
    if (users > 0) return;
    giveAll();
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
        for (const group of groups) {
          if (group.terms.every(({ kind }) => kind === 'dense')) continue;
          tiles[group.name] = await makeTile(station, {
            ...group,
            rows,
            columns: item.columns,
            products,
            take,
          });
        }
        return { ...tiles, release };
      } catch (error) {
        release();
        throw error;
      }
    },
  };
}

interface Group {
  readonly name: 'fixed' | 'moving';
  readonly terms: SteerItem['moving'];
  readonly factors: RightFactors;
  readonly rescaled: readonly HeldRescaled[];
  readonly experts: readonly HeldExperts[];
}

interface Making extends Omit<Group, 'name'> {
  readonly rows: Rows;
  readonly columns: number;
  readonly products: Products | undefined;
  readonly take: (bytes: number) => Pointer;
}

/** Left factors of these rows, and the product where a device can compute it within its bound. */
async function makeTile(station: Station, making: Making): Promise<Tile> {
  const { factors, rows, columns, products, take } = making;
  const terms = factors.terms.map((held) => tileTerm(station, held, { ...rows, take }));
  const joined = factors.joined;
  const left = joined === undefined ? undefined : joinLeft(station, terms, { ...making, joined });
  if (products === undefined || joined === undefined || left === undefined) {
    const target = take(rows.length * columns * 8);
    return {
      terms: [...terms, ...making.experts.flatMap((held) => expertTerms(held, rows))],
      rescaled: rescaledTiles(station, making),
      ofRows: making.terms.filter((term) => term.kind === 'rows'),
      precision: 'F64',
      target,
    };
  }
  const { precision, rank, matrix: right } = joined;
  const target = take(rows.length * columns * widths[precision]);
  await products.multiply({ left: left.matrix, right, target, rows: rows.length, columns, rank });
  const bound = errorBound(precision, { rank, leftNorm: left.largest, rightNorm: joined.largest });
  return {
    terms,
    rescaled: [],
    ofRows: [],
    precision,
    target,
    filled: { bound, leftNorms: left.norms, rightNorms: joined.norms },
  };
}

/** One after another, so that they share the memory for their values. */
function rescaledTiles(station: Station, { rescaled, rows, columns, take }: Making): TileRescaled[] {
  const values = rescaled.length === 0 ? 0 : take(rows.length * columns * 8);
  return rescaled.map(({ term, change, factors }) => ({
    scale: term.scale,
    base: term.base,
    change: tileTerm(station, change, { ...rows, take }),
    factors,
    along: term.along,
    values,
  }));
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
