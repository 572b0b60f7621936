import type { Failure } from '#protocol/failure.ts';
import type { Pointer } from '../kernels/kernels.ts';
import type { ErrorBound } from './errorBound.ts';
import type { OpenFile } from './exactIo.ts';
import type { FloatDType } from '#protocol/tensors.ts';
import type { DenseOperand, JobItem, RowsOperand, Statistics } from './job.ts';

/** A part of the shared memory. */
export interface Region {
  readonly pointer: Pointer;
  readonly bytes: number;
}

/** The files of a job, by its numbers. */
export interface OpenFiles {
  readonly inputs: readonly OpenFile[];
  readonly outputs: readonly OpenFile[];
}

/** scale · left · rightᵀ with the factors' own values: left [rows, rank], right [item columns, rank]. */
export interface TileTerm {
  /** Of the unit: the first one, and how many. */
  readonly row: number;
  readonly rows: number;
  readonly scale: number;
  readonly rank: number;
  readonly dtype: 'F32' | 'F64';
  readonly left: Pointer;
  readonly right: Pointer;
}

/** A rescaled term over one unit. */
export interface TileRescaled {
  readonly scale: number;
  readonly base: DenseOperand<FloatDType>;
  readonly change: TileTerm;
  /** Float64: the lengths that all rows of the item are to have, or what each column is multiplied by. */
  readonly factors: Pointer;
  readonly along: 'rows' | 'columns';
  /** Float64, for V: as large as the tile. */
  readonly values: Pointer;
}

/** The sum of an item's terms (fixed or moving) that are not dense, over one unit: [unit rows, item columns], row by row. */
export interface Tile {
  readonly terms: readonly TileTerm[];
  /** These and the next: none where a device has filled `target`. */
  readonly rescaled: readonly TileRescaled[];
  readonly ofRows: readonly RowsOperand[];
  /** Of the sum at `target`. */
  readonly precision: 'F32' | 'F64';
  readonly target: Pointer;
  /** Where a device has filled `target` already: how far off each element may be. Else the thread fills it, exactly. */
  readonly filled?: FilledBy;
}

export interface FilledBy {
  readonly bound: ErrorBound;
  /** Float64, one per row of the unit and one per column. */
  readonly leftNorms: Pointer;
  readonly rightNorms: Pointer;
}

/** One unit of a job, with what the main thread has prepared for it. */
export interface Task {
  readonly item: JobItem;
  readonly start: number;
  readonly length: number;
  readonly fixed?: Tile;
  readonly moving?: Tile;
  /** Of a gram item: one for each of its sums, undefined where all of that is dense. */
  readonly sums?: readonly (Tile | undefined)[];
  /** Replaces the thread's own scratch where that would be too small. */
  readonly scratch?: Region;
}

export type ToThread =
  | { readonly kind: 'open'; readonly files: OpenFiles }
  | { readonly kind: 'task'; readonly id: number; readonly task: Task };

export type FromThread =
  | { readonly kind: 'done'; readonly id: number; readonly statistics: Statistics }
  | { readonly kind: 'stopped'; readonly id: number }
  | { readonly kind: 'failed'; readonly id: number; readonly failure: Failure; readonly detail: string };
