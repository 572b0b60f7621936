import type { CompareResult, TensorChange, TensorDifference } from '#protocol/results.ts';
import type { FineTune } from '../directions/fineTune.ts';
import type { Model } from '../models/model.ts';
import type { AnalysisOptions } from './analysisOptions.ts';
import { apart } from './apart.ts';
import { comparedTensors } from './comparedTensors.ts';
import { type Pair, tensorDifferences } from './tensorDifferences.ts';

/** With `values`, every byte of both is read; without, `work` is never asked for. */
export interface CompareOptions extends Omit<AnalysisOptions, 'work'> {
  readonly values: boolean;
  readonly work: () => Promise<AnalysisOptions['work']>;
  /** Called once, before any weights are read; `tensors` are the names whose values will be compared. */
  readonly onStructure?: (structure: Omit<CompareResult, 'tensors'>, tensors: readonly string[]) => void;
  /** Called for every tensor once, as soon as it is finished; the result has the same again. */
  readonly onTensor?: (difference: TensorDifference) => void;
}

/**
 * What B has other than A: names, dtypes and shapes, then values. Adapters and directions are compared as they are
 * stored, factor by factor; a checkpoint with an adapter on it as if that were merged. A training run is `not-a-model`.
 */
export async function compare(
  a: Model | FineTune,
  b: Model | FineTune,
  options: CompareOptions,
): Promise<CompareResult> {
  const [inA, inB] = [comparedTensors(a), comparedTensors(b)];
  const pairs = [...inA.values()].flatMap((tensor) => {
    const other = inB.get(tensor.name);
    return other === undefined ? [] : [{ a: tensor, b: other }];
  });
  const structure = {
    onlyInA: [...inA.keys()].filter((name) => !inB.has(name)),
    onlyInB: [...inB.keys()].filter((name) => !inA.has(name)),
    changed: pairs.filter(isChanged).map(toChange),
  };
  if (pairs.length === 0) for (const warning of apart(a, b)) options.warnings.add(warning);
  const compared = options.values ? pairs.filter(hasOneShape) : [];
  options.onStructure?.(
    structure,
    compared.map(({ a }) => a.name),
  );
  return { ...structure, tensors: options.values ? await valuesOf(compared, options) : [] };
}

/** Whether `compare` found anything; values count where they were compared. */
export function differs({ onlyInA, onlyInB, changed, tensors }: CompareResult): boolean {
  const isSame = onlyInA.length === 0 && onlyInB.length === 0 && changed.length === 0;
  return !isSame || tensors.some(({ changedShare }) => changedShare !== 0);
}

function isChanged({ a, b }: Pair): boolean {
  return a.dtype !== b.dtype || !hasOneShape({ a, b });
}

function hasOneShape({ a, b }: Pair): boolean {
  return a.shape.join() === b.shape.join();
}

function toChange({ a, b }: Pair): TensorChange {
  return { name: a.name, dtype: [a.dtype, b.dtype], shape: [a.shape, b.shape] };
}

async function valuesOf(
  pairs: readonly Pair[],
  options: CompareOptions,
): Promise<readonly TensorDifference[]> {
  return await tensorDifferences(pairs, { ...options, work: await options.work() });
}
