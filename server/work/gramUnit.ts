import { fillTile, sumMoving } from './evaluation.ts';
import { factoredGram, factoredScratch } from './gramFactors.ts';
import type { GramItem, Statistics, SteerItem } from './job.ts';
import { readOperand } from './operandBlock.ts';
import { carve, float64At, type Station } from './station.ts';
import { emptyStatistics } from './statistics.ts';
import { layOut, type SteerFrame } from './steerFrame.ts';
import type { Task } from './tasks.ts';
import { lowRankTerms } from './units.ts';

/** Float64 values of all sums that are kept at once: 2 MiB. */
const keptValues = 2 ** 18;
/** For the operands of one sum, and the intermediate values of its evaluation. */
const evaluationScratch = 3 * 2 ** 20;

/** Whether inner products come from the factors alone. */
export function isFactored({ sums }: GramItem): boolean {
  const terms = sums.flat();
  return lowRankTerms(terms).length === terms.length;
}

/** Each sum as a measurement, which is how it is evaluated. */
export function sumItems({ name, rows, columns, sums }: GramItem): readonly SteerItem[] {
  const shape = { name, rows, columns };
  return sums.map((moving) => ({
    kind: 'steer',
    ...shape,
    fixed: [],
    moving,
    dtype: 'F32', // Of an output that there is none of: products are then of float64.
    places: [],
  }));
}

/** Inner products over one unit, in float64. What is not finite makes NaN. */
export function gramUnit(station: Station, item: GramItem, task: Task): Statistics {
  const gram = isFactored(item) ? factoredGram(station, item) : denseGram(station, item, task);
  return { ...emptyStatistics(0), elements: task.length * item.columns, gram };
}

/** Scratch for a unit, in bytes. */
export function gramScratch(item: GramItem): number {
  const count = item.sums.length;
  if (isFactored(item)) return factoredScratch(item);
  return evaluationScratch + 8 * (count * blockElements(count) + count * count) + 1024;
}

function blockElements(sums: number): number {
  return Math.max(64, Math.floor(keptValues / Math.max(1, sums) / 64) * 64);
}

/** Every sum is evaluated over a block of elements; then the block's inner products are added to all pairs. */
function denseGram(station: Station, item: GramItem, task: Task): Float64Array {
  const count = item.sums.length;
  const take = carve(station.scratch);
  const scratch = { pointer: take(evaluationScratch), bytes: evaluationScratch };
  const items = sumItems(item);
  for (const [index, sum] of items.entries()) {
    const tile = task.sums?.[index];
    if (tile !== undefined) fillTile({ ...station, scratch }, tile, sum, task);
  }
  const frames = items.map((sum) => layOut(sum, scratch));
  const longest = Math.min(blockElements(count), ...frames.map((frame) => frame.blockElements));
  const values = take(count * longest * 8);
  const gram = take(count * count * 8);
  float64At(station, gram, count * count).fill(0);
  const elements = task.length * item.columns;
  for (let start = 0; start < elements; start += longest) {
    station.check();
    const length = Math.min(longest, elements - start);
    const block = { first: task.start * item.columns, start, length };
    items.forEach((sum, index) => {
      const frame = frames[index];
      const moving = task.sums?.[index];
      if (frame === undefined) return;
      const steering = { item: sum, frame, task: { ...task, ...(moving !== undefined && { moving }) } };
      fill(station, steering, { ...block, target: values + index * length * 8 });
    });
    const call = { dtype: 'F64', rows: count, columns: count, rank: length, scale: 1 } as const;
    station.kernels.multiply({ ...call, left: values, right: values, target: gram });
  }
  return float64At(station, gram, count * count).slice();
}

interface Block {
  /** The unit's first element in the tensor, and the block's in the unit. */
  readonly first: number;
  readonly start: number;
  readonly length: number;
  readonly target: number;
}

/** The values of one sum over a block. */
function fill(
  station: Station,
  steering: { readonly item: SteerItem; readonly frame: SteerFrame; readonly task: Task },
  { first, start, length, target }: Block,
): void {
  const { frame } = steering;
  for (const { operand, pointer } of frame.operands)
    readOperand(station, operand, { first: first + start, count: length, target: pointer });
  sumMoving(station, steering, { at: 0, inUnit: start, count: length }, target);
}
