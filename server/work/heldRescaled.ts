/* oxlint-disable typescript/no-non-null-assertion -- Index loops over typed arrays: every index is inside by construction. */
import { setImmediate } from 'node:timers/promises';
import type { Pointer } from '../kernels/kernels.ts';
import { loadRows } from './factorRows.ts';
import { loadRightFactors, type RightFactors } from './factors.ts';
import type { RescaledOperand, SteerItem } from './job.ts';
import type { Regions } from './regions.ts';
import { fillValues } from './rescaled.ts';
import { float64At, type Station } from './station.ts';
import type { Region } from './tasks.ts';
import { tileTerm } from './tileTerm.ts';
import { rowsPerUnit } from './units.ts';

/** A rescaled term for all units of its item. */
export interface HeldRescaled {
  readonly term: RescaledOperand;
  readonly change: RightFactors['terms'][number];
  /** As in `TileRescaled`. */
  readonly factors: Pointer;
  readonly regions: readonly Region[];
}

/**
 * Loads the right factor and the lengths of a rescaled term. Norms of columns take a pass over the whole tensor here,
 * a unit's rows at a time; those of rows are left to the units, which have whole rows.
 */
export async function holdRescaled(
  station: Station,
  regions: Regions,
  { term, item }: { readonly term: RescaledOperand; readonly item: SteerItem },
): Promise<HeldRescaled> {
  const { terms, regions: taken } = loadRightFactors(station, regions, [term.change], item);
  const count = term.along === 'rows' ? item.rows : item.columns;
  const region = regions.take(count * 8);
  const held = { term, change: terms[0]!, factors: region.pointer, regions: [...taken, region] };
  try {
    const lengths = { operand: term.lengths, rows: 1, columns: count, transposed: false };
    const range = { start: 0, count: 1, scale: 1, precision: 'F64', target: region.pointer } as const;
    loadRows(station, lengths, { ...range, transposed: false });
    if (term.along === 'columns') await divideByNorms(station, regions, { held, item });
    return held;
  } catch (error) {
    for (const each of held.regions) regions.give(each);
    throw error;
  }
}

interface Dividing {
  readonly held: HeldRescaled;
  readonly item: SteerItem;
}

/** Each length by the norm of its column of V. */
async function divideByNorms(station: Station, regions: Regions, { held, item }: Dividing): Promise<void> {
  const squares = new Float64Array(item.columns);
  const step = rowsPerUnit(item.columns);
  for (let start = 0; start < item.rows; start += step) {
    const length = Math.min(step, item.rows - start);
    addSquares(station, regions, { held, item, start, length, squares });
    await setImmediate(); // Messages, a cancel among them, get their turn.
  }
  const factors = float64At(station, held.factors, item.columns);
  for (let column = 0; column < item.columns; column++) factors[column]! /= Math.sqrt(squares[column]!);
}

interface Block extends Dividing {
  readonly start: number;
  readonly length: number;
  readonly squares: Float64Array;
}

function addSquares(station: Station, regions: Regions, { held, item, start, length, squares }: Block): void {
  const { columns } = item;
  const taken: Region[] = [];
  const take = (bytes: number) => {
    const region = regions.take(bytes);
    taken.push(region);
    return region.pointer;
  };
  try {
    const change = tileTerm(station, held.change, { start, length, take });
    const target = take(length * columns * 8);
    fillValues(station, { base: held.term.base, change }, { start, length, columns, target });
    const values = float64At(station, target, length * columns);
    for (let at = 0; at < values.length; at++) squares[at % columns]! += values[at]! ** 2;
  } finally {
    for (const region of taken) regions.give(region);
  }
}
