import type { FloatDType } from '#protocol/tensors.ts';
import type { Pointer } from '../kernels/kernels.ts';
import { valuesAt, type Run, type Steering } from './evaluation.ts';
import type { SteerItem } from './job.ts';
import { copyUnchanged } from './roundRun.ts';
import type { Station } from './station.ts';
import type { SteerFrame } from './steerFrame.ts';
import { widths } from './widths.ts';

/** Numbers of the operands of source + strength · (positive − negative). */
export interface Contrasted {
  /** Of all of them, and of the item. */
  readonly dtype: FloatDType;
  readonly source: number;
  readonly positive: number;
  readonly negative: number;
}

/** Whether the item is nothing but the difference of two tensors, all of one dtype; the usual case has a kernel of its own. */
export function contrastedBy(item: SteerItem, frame: SteerFrame): Contrasted | undefined {
  const { source, moving } = frame;
  const [positive, negative, ...others] = moving;
  if (source === undefined || positive === undefined || negative === undefined || others.length > 0)
    return undefined;
  if (item.moving.length !== 2 || item.fixed.length > 0 || item.stochastic !== undefined) return undefined;
  if (item.places.length === 0 || positive.scale !== 1 || negative.scale !== -1) return undefined;
  const numbers = { source, positive: positive.operand, negative: negative.operand };
  const [dtype] = valuesAt(frame, source, 0);
  const all = [item.dtype, ...Object.values(numbers).map((number) => valuesAt(frame, number, 0)[0])];
  return all.every((each) => each === dtype) ? { dtype, ...numbers } : undefined;
}

/** Computes a run for every place at once; the same bytes as `evaluate` and `roundRun`. */
export function contrastRun(station: Station, steering: Steering, run: Run, contrasted: Contrasted): void {
  const { frame, item } = steering;
  const pointerOf = (number: number): Pointer => valuesAt(frame, number, run.at)[1];
  const changed = [...item.places.entries()].filter(
    ([place, { strength }]) => strength !== 0 || !copyUnchanged(station, steering, { run, place }),
  );
  station.kernels.contrast({
    dtype: contrasted.dtype,
    base: pointerOf(contrasted.source),
    positive: pointerOf(contrasted.positive),
    negative: pointerOf(contrasted.negative),
    count: run.count,
    places: changed.map(([place, { strength }]) => ({
      strength,
      out: (frame.outputs[place] ?? 0) + run.at * widths[item.dtype],
      statistics: frame.rounded[place] ?? 0,
    })),
    scratch: frame.contrast,
  });
}
