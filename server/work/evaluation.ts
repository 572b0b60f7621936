import type { Pointer } from '../kernels/kernels.ts';
import { addProduct } from './addProduct.ts';
import { addRows } from './addRows.ts';
import type { SteerItem } from './job.ts';
import { addRescaled } from './rescaled.ts';
import { float64At, type Station } from './station.ts';
import { measured, type SteerFrame } from './steerFrame.ts';
import type { Task, Tile } from './tasks.ts';
import type { Rows } from './rows.ts';
import { widths } from './widths.ts';

/** Consecutive elements: where they begin in the block and in the unit, and how many. */
export interface Run {
  readonly at: number;
  readonly inUnit: number;
  readonly count: number;
}

export interface Steering {
  readonly item: SteerItem;
  readonly task: Task;
  readonly frame: SteerFrame;
}

/**
 * Fills a tile with the sum that defines its value: float64, term after term, each in the order of `multiply`.
 * This is the whole product where there is no ONNX Runtime, and where float64 in needs float64 out.
 */
export function fillTile(station: Station, tile: Tile, { columns }: SteerItem, rows: Rows): void {
  float64At(station, tile.target, rows.length * columns).fill(0);
  const into = { columns, target: tile.target };
  for (const term of tile.terms) addProduct(station, term, into);
  for (const term of tile.rescaled) addRescaled(station, term, { ...rows, ...into });
  for (const term of tile.ofRows) addRows(station, term, { ...rows, ...into });
}

/**
 * How large a run's sums are, where a device computed some of their terms: two evaluations in float64 that start from
 * different products also differ by the rounding of every partial sum. ‖base‖ + Σ‖partial sums of fixed‖, and
 * Σ‖partial sums of moving‖, over the run.
 */
export interface Approximation {
  readonly still: number;
  readonly moving: number;
}

/** Fills base, offset and delta: a tile first, then the dense terms in their order. Undefined where all is exact. */
export function evaluate(station: Station, { task, frame }: Steering, run: Run): Approximation | undefined {
  if (frame.source === undefined) float64At(station, frame.base, run.count).fill(0);
  else station.kernels.load(...valuesAt(frame, frame.source, run.at), run.count, 1, frame.base);
  const exact = task.fixed?.filled === undefined && task.moving?.filled === undefined;
  const norm = exact ? () => 0 : (values: Pointer) => normOf(station, frame, values, run.count);
  const fixed = { frame, tile: task.fixed, steps: frame.fixed, target: frame.offset, norm };
  const moving = { frame, tile: task.moving, steps: frame.moving, target: frame.delta, norm };
  const sizes = { still: norm(frame.base) + addUp(station, fixed, run), moving: addUp(station, moving, run) };
  return exact ? undefined : sizes;
}

/** Fills `target` with Σ moving over a run of any length; nothing else of the frame is touched but what was read into it. */
export function sumMoving(station: Station, { task, frame }: Steering, run: Run, target: Pointer): void {
  addUp(station, { frame, tile: task.moving, steps: frame.moving, target, norm: () => 0 }, run);
}

interface Sum {
  readonly frame: SteerFrame;
  readonly tile: Tile | undefined;
  readonly steps: SteerFrame['moving'];
  readonly target: Pointer;
  readonly norm: (values: Pointer) => number;
}

/** Returns the sum of the norms of all partial sums. */
function addUp(station: Station, { frame, tile, steps, target, norm }: Sum, run: Run): number {
  let norms = 0;
  // Added to zero, not loaded: a device may return −0 where the definition has +0.
  if (tile !== undefined || steps.length === 0) float64At(station, target, run.count).fill(0);
  if (tile !== undefined) {
    const width = widths[tile.precision];
    station.kernels.accumulate(tile.precision, tile.target + run.inUnit * width, run.count, 1, target);
    norms += norm(target);
  }
  steps.forEach(({ operand, scale }, index) => {
    const values = valuesAt(frame, operand, run.at);
    if (tile === undefined && index === 0) station.kernels.load(...values, run.count, scale, target);
    else station.kernels.accumulate(...values, run.count, scale, target);
    norms += norm(target);
  });
  return norms;
}

function normOf(station: Station, frame: SteerFrame, values: Pointer, count: number): number {
  const sums = float64At(station, frame.exact, measured);
  sums.fill(0);
  station.kernels.measure(values, values, count, frame.exact);
  return Math.sqrt(sums[0] ?? 0);
}

/** Dtype and pointer of an operand's values from element `at` of the block on. */
export function valuesAt(frame: SteerFrame, index: number, at: number) {
  const found = frame.operands[index];
  if (found === undefined) throw new RangeError(`The item has no operand number ${index}.`);
  return [found.dtype, found.pointer + at * widths[found.dtype]] as const;
}
