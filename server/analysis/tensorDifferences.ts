import type { TensorDifference } from '#protocol/results.ts';
import { asMatrix, isFloat, JobBuilder } from '../directions/jobBuilder.ts';
import type { StoredTensor } from '../tensors/storedTensor.ts';
import type { Statistics } from '../work/job.ts';
import { emptyStatistics } from '../work/statistics.ts';
import type { AnalysisOptions } from './analysisOptions.ts';
import { differingShare } from './differingShare.ts';
import { finite } from './finite.ts';

/** A tensor of both models. */
export interface Pair {
  readonly a: StoredTensor;
  readonly b: StoredTensor;
}

/**
 * Size of B − A on each tensor, of one shape on both sides. Tensors of one dtype are compared bit by bit as well, so
 * that +0 and −0 differ; integers and quantised ones only that way, and their norms are null.
 */
export async function tensorDifferences(
  pairs: readonly Pair[],
  { work, signal, report, warnings }: AnalysisOptions,
): Promise<readonly TensorDifference[]> {
  const builder = new JobBuilder();
  const items = pairs.map((pair) =>
    isFloat(pair.a.dtype) && isFloat(pair.b.dtype) ? measure(builder, pair) : undefined,
  );
  const statistics = await work.run(builder.job([]), { signal, ...(report !== undefined && { report }) });
  const differences: TensorDifference[] = [];
  for (const [index, pair] of pairs.entries()) {
    const item = items[index];
    if (item === undefined) {
      differences.push(await withoutValues(pair, signal));
      continue;
    }
    const measured = statistics.get(item) ?? emptyStatistics(0);
    if (measured.notFinite > 0) warnings.add(notFinite(pair.b, measured.notFinite));
    differences.push(toDifference(pair, measured));
  }
  return differences;
}

function measure(builder: JobBuilder, { a, b }: Pair): number {
  const [before, after] = [builder.operand(a), builder.operand(b)];
  return builder.add({
    kind: 'steer',
    name: a.name,
    ...asMatrix(a.shape),
    source: before,
    fixed: [],
    moving: [
      { kind: 'dense', scale: 1, operand: after },
      { kind: 'dense', scale: -1, operand: before },
    ],
    dtype: before.dtype,
    places: [],
    ...(before.dtype === after.dtype && { survival: [before, after] as const }),
  });
}

function toDifference({ a }: Pair, measured: Statistics): TensorDifference {
  const { elements, movingSquares, sourceSquares, product, maxAbs, changed, survival } = measured;
  const whole = measured.notFinite === 0 ? 1 : Number.NaN; // The sums leave out what is not finite.
  const different = survival === undefined ? changed : elements - survival.identical;
  return {
    name: a.name,
    norm: finite(whole * Math.sqrt(movingSquares)),
    relativeNorm: finite(whole * Math.sqrt(movingSquares / sourceSquares)),
    maxAbs: finite(whole * maxAbs),
    cosine: finite(whole * cosine({ movingSquares, sourceSquares, product })),
    changedShare: elements === 0 ? 0 : different / elements,
  };
}

/** Of A and A + d, from ‖d‖², ‖A‖² and ⟨A, d⟩. */
function cosine({
  movingSquares,
  sourceSquares,
  product,
}: Pick<Statistics, 'movingSquares' | 'sourceSquares' | 'product'>) {
  const squares = sourceSquares + 2 * product + movingSquares;
  const value = (sourceSquares + product) / Math.sqrt(sourceSquares * squares);
  return Number.isNaN(value) ? value : Math.max(-1, Math.min(1, value));
}

async function withoutValues({ a, b }: Pair, signal: AbortSignal): Promise<TensorDifference> {
  const changedShare = a.dtype === b.dtype ? await differingShare(a, b, signal) : null;
  return { name: a.name, norm: null, relativeNorm: null, maxAbs: null, cosine: null, changedShare };
}

function notFinite({ name, file }: StoredTensor, count: number) {
  const message = `${count} elements of "${name}" are NaN or infinite on one side or both, so the difference has no norm there.`;
  return { code: 'not-finite', message, file, tensor: name };
}
