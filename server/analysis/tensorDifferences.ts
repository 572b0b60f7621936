import { isDeepStrictEqual } from 'node:util';
import { isComputable, isPlainFloat } from '../tensors/computable.ts';
import type { TensorDifference } from '#protocol/results.ts';
import { asMatrix, JobBuilder } from '../directions/jobBuilder.ts';
import type { Term } from '../directions/term.ts';
import { scaledTerms, simplified } from '../directions/terms.ts';
import type { StoredTensor } from '../tensors/storedTensor.ts';
import type { Statistics, SteerItem } from '../work/job.ts';
import { emptyStatistics } from '../work/statistics.ts';
import type { AnalysisOptions } from './analysisOptions.ts';
import { type ComparedTensor, storedValues } from './comparedTensors.ts';
import { differingShare } from './differingShare.ts';
import { finite } from './finite.ts';
import { itemsAsTheyCome } from './itemsAsTheyCome.ts';
import { sameSums } from './sameSums.ts';
import { onceEach, rowsAsTheyCome } from './rowsAsTheyCome.ts';

/** A tensor of both models. */
export interface Pair {
  readonly a: ComparedTensor;
  readonly b: ComparedTensor;
}

/**
 * Size of B − A on each tensor, of one shape on both sides. What is stored in one dtype on both is compared bit by bit
 * as well, so that +0 and −0 differ; integers and quantised ones only that way, and their norms are null.
 */
export async function tensorDifferences(
  pairs: readonly Pair[],
  { work, signal, report, warnings, onTensor }: DifferencesOptions,
): Promise<readonly TensorDifference[]> {
  const builder = new JobBuilder();
  const planned = pairs.map((pair) => ({ pair, opaque: opaqueValues(pair) }));
  const items: (readonly number[])[] = [];
  for (const { pair, opaque } of planned)
    items.push(opaque === undefined ? measure(builder, pair, await betweenThem(pair, signal)) : []);
  const job = builder.job([]);
  const told = onceEach(onTensor);
  const finished = rowsAsTheyCome(items, (index, measured) => {
    const pair = pairs[index];
    if (pair !== undefined) told(index, toDifference(pair, measured));
  });
  const statistics = await work.run(job, {
    signal,
    ...(report !== undefined && { report }),
    onUnit: itemsAsTheyCome(job, finished),
  });
  const differences: TensorDifference[] = [];
  for (const [index, { pair, opaque }] of planned.entries()) {
    if (opaque !== undefined) {
      differences.push(told(index, await withoutNumbers(opaque, signal)));
      continue;
    }
    const measured = (items[index] ?? []).map((item) => statistics.get(item) ?? emptyStatistics(0));
    const count = measured[0]?.notFinite ?? 0;
    if (count > 0) warnings.add(notFinite(pair.b, count));
    differences.push(told(index, toDifference(pair, measured)));
  }
  return differences;
}

export interface DifferencesOptions extends AnalysisOptions {
  /** Called for every tensor once, as soon as it is finished. */
  readonly onTensor?: ((difference: TensorDifference) => void) | undefined;
}

interface Opaque {
  readonly a: StoredTensor;
  readonly b: StoredTensor;
}

/** Both sides, where one of them is stored in a dtype that no arithmetic is done in. */
function opaqueValues({ a, b }: Pair): Opaque | undefined {
  const [before, after] = [storedValues(a), storedValues(b)];
  if (before === undefined || after === undefined) return undefined;
  return isComputable(before) && isComputable(after) ? undefined : { a: before, b: after };
}

/** B − A, nothing where both are the same expression of the same values; what is stored on both sides is compared all the same. */
async function betweenThem({ a, b }: Pair, signal: AbortSignal): Promise<readonly Term[]> {
  const isStored = storedValues(a) !== undefined && storedValues(b) !== undefined;
  if (!isStored && (await sameSums(a.terms, b.terms, signal))) return [];
  return simplified([...b.terms, ...scaledTerms(a.terms, -1)]);
}

/** The numbers of the items: one against A as it is stored, or one each for B − A, A and B. */
function measure(builder: JobBuilder, { a, b }: Pair, between: readonly Term[]): readonly number[] {
  const [before, after] = [storedValues(a), storedValues(b)];
  const add = (terms: readonly Term[], more: Partial<SteerItem> = {}) =>
    builder.add({
      kind: 'steer',
      name: a.name,
      ...asMatrix(a.shape),
      fixed: [],
      moving: terms.map((term) => builder.term(term)),
      dtype: 'F32', // Products are then of float64, whatever the device.
      places: [],
      ...more,
    });
  if (before === undefined) return [add(between), add(a.terms), add(b.terms)];
  const source = builder.operand(before);
  const bitByBit = after?.dtype === before.dtype && isPlainFloat(before) && isPlainFloat(after);
  const survival = bitByBit && ([builder.plainOperand(before), builder.plainOperand(after)] as const);
  return [add(between, { source, ...(survival !== false && { survival }) })];
}

function toDifference({ a }: Pair, [measured, ofA, ofB]: readonly Statistics[]): TensorDifference {
  const { elements, movingSquares, sourceSquares, product, ...rest } = measured ?? emptyStatistics(0);
  const different = rest.survival === undefined ? rest.changed : elements - rest.survival.identical;
  const squaresOfA = ofA?.movingSquares ?? sourceSquares;
  const squaresOfB = ofB?.movingSquares ?? sourceSquares + 2 * product + movingSquares;
  const cosine = (squaresOfA + squaresOfB - movingSquares) / (2 * Math.sqrt(squaresOfA * squaresOfB));
  const whole = rest.notFinite === 0 ? 1 : Number.NaN; // The sums leave out what is not finite.
  return {
    name: a.name,
    norm: finite(whole * Math.sqrt(movingSquares)),
    relativeNorm: finite(whole * Math.sqrt(movingSquares / squaresOfA)),
    maxAbs: finite(whole * rest.maxAbs),
    maxUlps: rest.survival?.mostUlps ?? null,
    cosine: finite(whole * Math.max(-1, Math.min(1, cosine))),
    changedShare: elements === 0 ? 0 : different / elements,
  };
}

async function withoutNumbers({ a, b }: Opaque, signal: AbortSignal): Promise<TensorDifference> {
  const liesAlike = a.layout?.kind !== 'strided' && isDeepStrictEqual(a.layout, b.layout);
  const changedShare = a.dtype === b.dtype && liesAlike ? await differingShare(a, b, signal) : null;
  return {
    name: a.name,
    norm: null,
    relativeNorm: null,
    maxAbs: null,
    maxUlps: null,
    cosine: null,
    changedShare,
  };
}

function notFinite({ name }: ComparedTensor, count: number) {
  const message = `${count} elements of "${name}" are NaN or infinite on one side or both, so the difference has no norm there.`;
  return { code: 'not-finite', message, tensor: name };
}
