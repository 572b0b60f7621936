import { isDeepStrictEqual } from 'node:util';
import { openFile } from '../bytes/fileSource.ts';
import type { Dense, Direction, DirectionTensor } from '../directions/term.ts';
import { isDense } from '../directions/terms.ts';
import { decode, isDecodable } from '../tensors/decode.ts';
import { elementCount } from '../tensors/dtype.ts';
import { fromHalf } from '../tensors/halfFloats.ts';
import type { StoredTensor } from '../tensors/storedTensor.ts';
import type { Warnings } from '../warnings.ts';
import { widenBlocks } from '../work/widen.ts';

/** Tensors that are looked at, and values of each: some megabytes in all. */
const mostTensors = 16;
const mostValues = 2 ** 16;

/**
 * Where w is taken from quantised weights, a warning (`quantised-operand`) that puts the quantisation's own error beside
 * the size of w, both as shares of the weights, by a sample. A value is off by up to half a step of its block, evenly:
 * step² / 12 on average.
 */
export async function warnOfQuantised(
  { name, tensors }: Direction,
  { warnings, signal }: { readonly warnings: Warnings; readonly signal: AbortSignal },
): Promise<void> {
  const candidates = [...tensors.values()].filter(isQuantised);
  const [first] = candidates.flatMap(({ terms }) => terms.filter(isDense).filter(isPacked));
  if (first === undefined) return;
  const sums = { moved: 0, steps: 0, weights: 0 };
  for (const tensor of spread(candidates.filter(canBeSampled))) await addSample(tensor, sums, signal);
  const message = inWords(name, sums);
  warnings.add({ code: 'quantised-operand', message, file: first.tensor.file });
}

interface Sums {
  moved: number;
  steps: number;
  weights: number;
}

function inWords(name: string, { moved, steps, weights }: Sums): string {
  const remedy = 'Use the models as they were before they were quantised, or adapters.';
  if (weights === 0)
    return `${name} is taken from weights in Q8_0, so that their rounding is part of it. ${remedy}`;
  const [step, size] = [steps, moved].map((sum) => percent(Math.sqrt(sum / weights)));
  return (
    `${name} is taken from weights in Q8_0: their rounding alone comes to ${step} of the weights, and the direction to ${size} (by a sample). ` +
    (4 * steps > moved ? `Much of it may be rounding. ${remedy}` : 'The rounding is part of it.')
  );
}

function percent(share: number): string {
  return `${share < 0.1 ? (100 * share).toPrecision(2) : Math.round(100 * share)} %`;
}

function isPacked({ tensor }: Dense): boolean {
  return tensor.dtype === 'Q8_0';
}

function isQuantised({ terms }: DirectionTensor): boolean {
  return terms.some((term) => isDense(term) && isPacked(term));
}

/** All of it is stored values that lie alike. */
function canBeSampled({ terms }: DirectionTensor): boolean {
  const stored = terms.filter(isDense).map(({ tensor }) => tensor);
  const [first] = stored;
  return (
    stored.length === terms.length &&
    stored.every(
      ({ dtype, layout }) =>
        (dtype === 'Q8_0' || isDecodable(dtype)) && isDeepStrictEqual(layout, first?.layout),
    )
  );
}

function spread<T>(all: readonly T[]): readonly T[] {
  const step = Math.max(1, Math.ceil(all.length / mostTensors));
  return all.filter((_, index) => index % step === 0);
}

async function addSample({ terms, shape }: DirectionTensor, sums: Sums, signal: AbortSignal): Promise<void> {
  const elements = elementCount(shape) ?? 0;
  const count = Math.min(elements, mostValues);
  const start = Math.floor((elements - count) / 64) * 32; // Whole blocks, from the middle.
  const moved = new Float64Array(count);
  let packed = 0;
  for (const { tensor, scale } of terms.filter(isDense)) {
    const { values, steps } = await valuesOf(tensor, { start, count, signal });
    values.forEach((value, index) => (moved[index] = (moved[index] ?? 0) + scale * value));
    if (tensor.dtype !== 'Q8_0') continue;
    sums.weights += values.reduce((sum, value) => sum + value * value, 0);
    packed += 1;
    sums.steps += scale * scale * steps;
  }
  sums.moved += packed * moved.reduce((sum, value) => sum + value * value, 0);
}

interface Range {
  readonly start: number;
  readonly count: number;
  readonly signal: AbortSignal;
}

/** Values, and the sum of the mean squares of their rounding. */
async function valuesOf(tensor: StoredTensor, { start, count, signal }: Range) {
  const { file, offset, dtype, bytes, shape } = tensor;
  const width = bytes / (elementCount(shape) ?? 1);
  await using source = await openFile(file, signal);
  const raw = await source.read(offset + start * width, count * width, signal);
  if (isDecodable(dtype)) return { values: decode(dtype, raw), steps: 0 };
  const values = new Float32Array(count);
  widenBlocks(raw, values);
  let steps = 0;
  for (let at = 0; at < raw.length; at += 34)
    steps += (32 * fromHalf((raw[at] ?? 0) | ((raw[at + 1] ?? 0) << 8)) ** 2) / 12;
  return { values: Float64Array.from(values), steps };
}
