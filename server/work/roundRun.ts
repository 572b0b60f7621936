/* oxlint-disable typescript/no-non-null-assertion -- Index loops over typed arrays: every index is inside by construction. */
import type { Pointer } from '../kernels/kernels.ts';
import { valuesAt, type Approximation, type Run, type Steering } from './evaluation.ts';
import { bytesAt, float64At, type Station } from './station.ts';
import type { SteerFrame } from './steerFrame.ts';
import type { Tile } from './tasks.ts';
import { widths } from './widths.ts';

interface Rounding {
  readonly run: Run;
  /** Index into the item's places. */
  readonly place: number;
  readonly approximation: Approximation | undefined;
}

/** Rounds a run for one place into its output block; elements that a product's error could change are computed again. */
export function roundRun(station: Station, steering: Steering, rounding: Rounding): void {
  const { frame, item } = steering;
  const { run, place, approximation } = rounding;
  const { strength } = item.places[place]!;
  if (strength === 0 && copyUnchanged(station, steering, rounding)) return;
  if (approximation !== undefined) setBound(station, steering, { run, strength, approximation });
  const bound = approximation === undefined ? 0 : frame.bound;
  const count = round(station, steering, rounding, { first: 0, count: run.count, bound });
  if (count === 0) return;
  const indexes = new Uint32Array(station.memory.buffer, frame.ambiguous, count).slice();
  const { fixed, moving } = steering.task;
  evaluateExactly(station, steering, { run, indexes, tile: fixed, steps: frame.fixed, target: frame.offset });
  evaluateExactly(station, steering, {
    run,
    indexes,
    tile: moving,
    steps: frame.moving,
    target: frame.delta,
  });
  for (const first of indexes) round(station, steering, rounding, { first, count: 1, bound: 0 });
}

interface Elements {
  readonly first: number;
  readonly count: number;
  readonly bound: Pointer;
}

function round(
  station: Station,
  { item, task, frame }: Steering,
  { run, place }: Rounding,
  { first, count, bound }: Elements,
): number {
  const call = {
    dtype: item.dtype,
    base: frame.base + first * 8,
    offset: item.fixed.length === 0 ? 0 : frame.offset + first * 8,
    delta: frame.delta + first * 8,
    bound,
    strength: item.places[place]!.strength,
    count,
    out: frame.outputs[place]! + (run.at + first) * widths[item.dtype],
    statistics: frame.rounded[place]!,
    ambiguous: frame.ambiguous,
  };
  if (item.stochastic === undefined) return station.kernels.round(call);
  const inTensor = task.start * item.columns + run.inUnit + first;
  return station.kernels.roundStochastically({ ...call, seed: item.stochastic.seed, first: inTensor });
}

/** Strength 0 without fixed terms is the same bytes, whatever they mean: signs of zeros and NaN payloads too. */
export function copyUnchanged(
  station: Station,
  { item, frame }: Steering,
  { run, place }: Pick<Rounding, 'run' | 'place'>,
): boolean {
  if (frame.source === undefined || item.fixed.length > 0) return false;
  const [dtype, from] = valuesAt(frame, frame.source, run.at);
  if (dtype !== item.dtype) return false;
  const bytes = run.count * widths[item.dtype];
  bytesAt(station, frame.outputs[place]! + run.at * widths[item.dtype], bytes).set(
    bytesAt(station, from, bytes),
  );
  return true;
}

interface Bounding {
  readonly run: Run;
  readonly strength: number;
  readonly approximation: Approximation;
}

/** bound[i] = what value i may be off by: the products' errors, and the rounding of float64 sums on both ways. */
function setBound(
  station: Station,
  { item, task, frame }: Steering,
  { run, strength, approximation }: Bounding,
): void {
  const rounding = 2 ** -50 * (approximation.still + Math.abs(strength) * approximation.moving);
  float64At(station, frame.bound, run.count).fill(rounding);
  addBound(station, task.fixed, { columns: item.columns, run, weight: 1, target: frame.bound });
  addBound(station, task.moving, {
    columns: item.columns,
    run,
    weight: Math.abs(strength),
    target: frame.bound,
  });
}

interface Weighted {
  readonly columns: number;
  readonly run: Run;
  readonly weight: number;
  readonly target: Pointer;
}

function addBound(
  station: Station,
  tile: Tile | undefined,
  { columns, run, weight, target }: Weighted,
): void {
  if (tile?.filled === undefined) return;
  const { bound, leftNorms, rightNorms } = tile.filled;
  const lefts = new Float64Array(station.memory.buffer, leftNorms);
  for (let done = 0; done < run.count;) {
    const row = Math.floor((run.inUnit + done) / columns);
    const column = (run.inUnit + done) % columns;
    const count = Math.min(columns - column, run.count - done);
    const factor = weight * bound.factor * lefts[row]!;
    const floor = weight * bound.floor;
    station.kernels.accumulateBound(factor, rightNorms + column * 8, floor, count, target + done * 8);
    done += count;
  }
}

interface Exactly {
  readonly run: Run;
  readonly indexes: Uint32Array;
  readonly tile: Tile | undefined;
  readonly steps: SteerFrame['moving'];
  readonly target: Pointer;
}

/** Replaces single elements of a sum by their defined values; nothing to do where no device was involved. */
function evaluateExactly(station: Station, { item, task, frame }: Steering, exactly: Exactly): void {
  const { run, indexes, tile, steps, target } = exactly;
  if (tile?.filled === undefined) return;
  const exact = float64At(station, frame.exact, indexes.length);
  const inUnit = indexes.map((index) => run.inUnit + index);
  const call = { rows: task.length, columns: item.columns, target: frame.exact, count: indexes.length };
  exact.fill(0);
  withIndexes(station, frame, inUnit, (pointer) => {
    for (const term of tile.terms) station.kernels.multiplyAt({ ...term, ...call, indexes: pointer });
  });
  for (const { operand, scale } of steps) {
    indexes.forEach((index, n) => {
      station.kernels.accumulate(...valuesAt(frame, operand, run.at + index), 1, scale, frame.exact + n * 8);
    });
  }
  const values = float64At(station, target, run.count);
  indexes.forEach((index, n) => (values[index] = exact[n]!));
}

/** Lends the bound's memory, which has served by now, to a list of indexes. */
function withIndexes(
  station: Station,
  frame: SteerFrame,
  indexes: Uint32Array,
  use: (pointer: Pointer) => void,
): void {
  new Uint32Array(station.memory.buffer, frame.bound, indexes.length).set(indexes);
  use(frame.bound);
}
