import type { FloatDType } from '#protocol/tensors.ts';
import { contrastScratch, type Pointer } from '../kernels/kernels.ts';
import type { JobTerm, Operand, SteerItem } from './job.ts';
import { loadedAs } from './operandBlock.ts';
import { carve } from './station.ts';
import type { Region } from './tasks.ts';
import { isSame, operandsOf } from './units.ts';
import { widths } from './widths.ts';

/** Elements evaluated at once, so that all float64 intermediates (64 KiB each) stay in the second-level cache. */
const longestRun = 2 ** 13;
/** Elements read and written at once: 256 KiB of bf16. Larger blocks are slower. */
const longestBlock = 2 ** 17;

/** Float64 sums of `measure`, of `compareBits` (and the largest distance behind them), and of `round` for each place. */
export const measured = 6;
export const compared = 3;
export const rounded = 7;

/** A dense term: which of the item's operands, how much of it. */
interface DenseStep {
  readonly operand: number;
  readonly scale: number;
}

/** An operand, and its values in the dtype that they are read as. */
export interface LoadedOperand {
  readonly operand: Operand;
  readonly dtype: FloatDType;
  readonly pointer: Pointer;
}

/** Where everything of one steer unit lies in a thread's scratch. Operands and outputs are numbered as in the item. */
export interface SteerFrame {
  readonly operands: readonly LoadedOperand[];
  readonly outputs: readonly Pointer[];
  readonly source: number | undefined;
  readonly fixed: readonly DenseStep[];
  readonly moving: readonly DenseStep[];
  readonly survival: readonly [number, number] | undefined;
  readonly blockElements: number;
  readonly runElements: number;
  /** Float64, one per element of a run. `exact` is scratch for the elements that are computed again. */
  readonly base: Pointer;
  readonly offset: Pointer;
  readonly delta: Pointer;
  readonly bound: Pointer;
  readonly exact: Pointer;
  /** u32, one per element of a run. */
  readonly ambiguous: Pointer;
  /** Scratch for the kernel of that name. */
  readonly contrast: Pointer;
  readonly measured: Pointer;
  readonly compared: Pointer;
  readonly rounded: readonly Pointer[];
}

/** Lays out the scratch; blocks are as long as it allows. */
export function layOut(item: SteerItem, scratch: Region): SteerFrame {
  const operands = operandsOf(item).map((operand) => ({ operand, dtype: loadedAs(operand) }));
  const perElement =
    operands.reduce((sum, { dtype }) => sum + widths[dtype], 0) + item.places.length * widths[item.dtype];
  const fixedSize =
    longestRun * (5 * 8 + 4) +
    contrastScratch(item.places.length) +
    (item.places.length + 2) * 64 +
    64 * (operands.length + item.places.length + 16);
  const blockElements = blockLength((scratch.bytes - fixedSize) / Math.max(1, perElement));
  const runElements = Math.min(longestRun, blockElements);
  const take = carve(scratch);
  const run = () => take(longestRun * 8);
  const find = (wanted: Operand) => operands.findIndex(({ operand }) => isSame(operand, wanted));
  return {
    operands: operands.map((each) => ({ ...each, pointer: take(blockElements * widths[each.dtype]) })),
    outputs: item.places.map(() => take(blockElements * widths[item.dtype])),
    source: item.source === undefined ? undefined : find(item.source),
    fixed: denseSteps(item.fixed, find),
    moving: denseSteps(item.moving, find),
    survival: item.survival === undefined ? undefined : [find(item.survival[0]), find(item.survival[1])],
    blockElements,
    runElements,
    base: run(),
    offset: run(),
    delta: run(),
    bound: run(),
    exact: run(),
    ambiguous: take(longestRun * 4),
    contrast: take(contrastScratch(item.places.length)),
    measured: take(measured * 8),
    compared: take(compared * 8),
    rounded: item.places.map(() => take(rounded * 8)),
  };
}

function blockLength(affordable: number): number {
  const length = Math.min(longestBlock, affordable);
  if (length < 64) throw new RangeError('Too many terms and places for one steer item.');
  return length >= longestRun ? length - (length % longestRun) : Math.floor(length / 64) * 64;
}

function denseSteps(terms: readonly JobTerm[], find: (operand: Operand) => number): DenseStep[] {
  return terms.flatMap((term) =>
    term.kind === 'dense' ? [{ operand: find(term.operand), scale: term.scale }] : [],
  );
}
