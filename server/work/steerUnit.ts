import { contrastedBy, contrastRun } from './contrastRun.ts';
import { evaluate, fillTile, type Run, type Steering } from './evaluation.ts';
import { writeExactly } from './exactIo.ts';
import type { RoundingStatistics, Statistics, SteerItem } from './job.ts';
import { readOperand } from './operandBlock.ts';
import { onlyProduct, productRun } from './productRun.ts';
import { roundRun } from './roundRun.ts';
import { bytesAt, numbered, float64At, type Station } from './station.ts';
import { compared, layOut, measured, rounded, type SteerFrame } from './steerFrame.ts';
import type { Task } from './tasks.ts';
import { widths } from './widths.ts';

/** A unit of a steer item on one thread: read a block, evaluate it run by run, write it, and the next block. */
export function steerUnit(station: Station, item: SteerItem, task: Task): Statistics {
  const frame = layOut(item, station.scratch);
  for (const tile of [task.fixed, task.moving]) {
    if (tile !== undefined && tile.filled === undefined) fillTile(station, tile, item, task);
  }
  clearSums(station, frame); // Filling a tile uses the same scratch.
  const elements = task.length * item.columns;
  for (let done = 0; done < elements; done += frame.blockElements) {
    station.check();
    steerBlock(station, { item, task, frame }, done, Math.min(frame.blockElements, elements - done));
  }
  return collect(station, item, frame, elements);
}

/** `start` counts elements from the beginning of the unit. */
function steerBlock(station: Station, steering: Steering, start: number, count: number): void {
  const { item, task, frame } = steering;
  const first = task.start * item.columns + start;
  for (const { operand, pointer } of frame.operands) {
    readOperand(station, operand, { first, count, target: pointer });
  }
  const contrasted = contrastedBy(item, frame);
  // A contrast needs no room for intermediate values: its kernel is called once for the whole block.
  const longest = contrasted === undefined ? frame.runElements : count;
  for (let at = 0; at < count; at += longest) {
    const run = { at, inUnit: start + at, count: Math.min(longest, count - at) };
    if (contrasted === undefined) steerRun(station, steering, run);
    else contrastRun(station, steering, run, contrasted);
  }
  compareSurvivors(station, frame, count);
  if (item.places.length === 0) measureDistance(station, frame, count);
  item.places.forEach((place, index) => {
    const width = widths[item.dtype];
    const output = bytesAt(station, frame.outputs[index] ?? 0, count * width);
    writeExactly(numbered(station.files.outputs, place.file), place.offset + first * width, output);
  });
}

function steerRun(station: Station, steering: Steering, run: Run): void {
  const { item, frame } = steering;
  const only = onlyProduct(steering);
  if (only !== undefined) return productRun(station, steering, run, only);
  const approximation = evaluate(station, steering, run);
  if (item.places.length === 0) station.kernels.measure(frame.base, frame.delta, run.count, frame.measured);
  item.places.forEach((_, place) => roundRun(station, steering, { run, place, approximation }));
}

function compareSurvivors(
  station: Station,
  { survival, operands, compared }: SteerFrame,
  count: number,
): void {
  if (survival === undefined) return;
  const [before, after] = survival.map((index) => operands[index]);
  if (before === undefined || after === undefined) return;
  station.kernels.compareBits(before.dtype, before.pointer, after.pointer, count, compared);
}

function measureDistance(station: Station, frame: SteerFrame, count: number): void {
  const [before, after] = (frame.survival ?? []).map((index) => frame.operands[index]);
  if (before === undefined || after === undefined) return;
  const distance = station.kernels.distance(before.dtype, before.pointer, after.pointer, count);
  const sums = float64At(station, frame.compared, compared);
  sums[2] = Math.max(sums[2] ?? 0, distance);
}

function clearSums(station: Station, frame: SteerFrame): void {
  float64At(station, frame.measured, measured).fill(0);
  float64At(station, frame.compared, compared).fill(0);
  for (const pointer of frame.rounded) float64At(station, pointer, rounded).fill(0);
}

function collect(station: Station, item: SteerItem, frame: SteerFrame, elements: number): Statistics {
  const [movingSquares = 0, sourceSquares = 0, product = 0, maxAbs = 0, changed = 0, notFinite = 0] =
    float64At(station, frame.measured, measured);
  const [identical = 0, withinOneUlp = 0, largest = 0] = float64At(station, frame.compared, compared);
  const mostUlps = item.places.length === 0 ? { mostUlps: largest } : {};
  const writes = frame.rounded.map((pointer) => collectWrite(float64At(station, pointer, rounded)));
  return {
    elements,
    movingSquares,
    sourceSquares,
    product,
    maxAbs,
    changed,
    // The same elements in every place but for one of strength 0.
    notFinite: Math.max(notFinite, ...writes.map((write) => write.notFinite)),
    places: writes.map(({ place }) => place),
    ...(item.survival === undefined ? {} : { survival: { identical, withinOneUlp, ...mostUlps } }),
  };
}

function collectWrite(sums: Float64Array): {
  readonly place: RoundingStatistics;
  readonly notFinite: number;
} {
  const [requestedSquares = 0, realisedSquares = 0, product = 0, ...counts] = sums;
  const [requested = 0, unmoved = 0, overflowed = 0, notFinite = 0] = counts;
  return { place: { requestedSquares, realisedSquares, product, requested, unmoved, overflowed }, notFinite };
}
