import type { Pointer } from '../kernels/kernels.ts';
import type { SteerItem } from './job.ts';
import { float64At, type Station } from './station.ts';
import { measured, type SteerFrame } from './steerFrame.ts';
import type { Task, Tile } from './tasks.ts';
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
export function addProducts(station: Station, tile: Tile, { columns }: SteerItem, rows: number): void {
  float64At(station, tile.target, rows * columns).fill(0);
  for (const term of tile.terms) {
    for (let row = 0; row < rows; row += rowsPerCheck) {
      station.check();
      station.kernels.multiply({
        ...term,
        left: term.left + row * term.rank * widths[term.dtype],
        rows: Math.min(rowsPerCheck, rows - row),
        columns,
        target: tile.target + row * columns * 8,
      });
    }
  }
}

const rowsPerCheck = 64;

/** Fills base, offset and delta: a tile first, then the dense terms in their order. */
export function evaluate(station: Station, { task, frame }: Steering, run: Run): void {
  if (frame.source === undefined) float64At(station, frame.base, run.count).fill(0);
  else station.kernels.load(...valuesAt(frame, frame.source, run.at), run.count, 1, frame.base);
  addUp(station, { frame, tile: task.fixed, steps: frame.fixed, target: frame.offset }, run);
  addUp(station, { frame, tile: task.moving, steps: frame.moving, target: frame.delta }, run);
}

interface Sum {
  readonly frame: SteerFrame;
  readonly tile: Tile | undefined;
  readonly steps: SteerFrame['moving'];
  readonly target: Pointer;
}

function addUp(station: Station, { frame, tile, steps, target }: Sum, run: Run): void {
  // Added to zero, not loaded: a device may return −0 where the definition has +0.
  if (tile !== undefined || steps.length === 0) float64At(station, target, run.count).fill(0);
  if (tile !== undefined) {
    const width = widths[tile.precision];
    station.kernels.accumulate(tile.precision, tile.target + run.inUnit * width, run.count, 1, target);
  }
  steps.forEach(({ operand, scale }, index) => {
    const values = valuesAt(frame, operand, run.at);
    if (tile === undefined && index === 0) station.kernels.load(...values, run.count, scale, target);
    else station.kernels.accumulate(...values, run.count, scale, target);
  });
}

/** Dtype and pointer of an operand's values from element `at` of the block on. */
export function valuesAt(frame: SteerFrame, index: number, at: number) {
  const found = frame.operands[index];
  if (found === undefined) throw new RangeError(`The item has no operand number ${index}.`);
  return [found.operand.dtype, found.pointer + at * widths[found.operand.dtype]] as const;
}

/** Upper bounds of what float64 rounding differs by between an approximate and the exact evaluation of a run. */
export interface Approximation {
  /** ‖base‖ + ‖offset‖, and ‖delta‖, over the run. */
  readonly still: number;
  readonly moving: number;
}

/**
 * How large a run's values are, where a device computed some of them; undefined where all are exact.
 * Two evaluations in float64 that start from different products differ by the rounding of their sums as well.
 */
export function approximate(
  station: Station,
  { task, frame }: Steering,
  run: Run,
): Approximation | undefined {
  if (task.fixed?.filled === undefined && task.moving?.filled === undefined) return undefined;
  const sums = float64At(station, frame.exact, measured);
  const norms = (base: Pointer): readonly [number, number] => {
    sums.fill(0);
    station.kernels.measure(base, frame.delta, run.count, frame.exact);
    return [Math.sqrt(sums[1] ?? 0), Math.sqrt(sums[0] ?? 0)];
  };
  const [offset] = norms(frame.offset);
  const [base, moving] = norms(frame.base);
  return { still: base + offset, moving };
}
