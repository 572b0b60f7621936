import type { TensorAnalysis } from '#protocol/results.ts';
import type { AnalysisRollups, Rollup } from '#protocol/rollups.ts';
import { finite } from './finite.ts';

/** Sums over the tensors of a model, its layers and its modules. A norm that is null makes null of every sum it is in. */
export function rollUp(tensors: readonly TensorAnalysis[]): AnalysisRollups {
  const squares = sumOfSquares(tensors.map(({ norm }) => norm));
  const rollup = (some: readonly TensorAnalysis[]) => toRollup(some, squares);
  const outside = (group: string) => rollup(tensors.filter((tensor) => tensor.group === group));
  return {
    all: rollup(tensors),
    embeddings: outside('embeddings'),
    head: outside('head'),
    body: rollup(tensors.filter(({ group }) => group !== 'embeddings' && group !== 'head')),
    layers: [...Map.groupBy(tensors, ({ layer }) => layer)]
      .flatMap(([layer, some]) => (layer === null ? [] : [{ layer, ...rollup(some) }]))
      .toSorted((a, b) => a.layer - b.layer),
    modules: [...Map.groupBy(tensors, ({ module }) => module)].map(([module, some]) => ({
      module,
      ...rollup(some),
    })),
  };
}

function toRollup(tensors: readonly TensorAnalysis[], whole: number): Rollup {
  const squares = sumOfSquares(tensors.map(({ norm }) => norm));
  const base = sumOfSquares(tensors.map(({ baseNorm }) => baseNorm));
  return {
    tensors: tensors.length,
    norm: finite(Math.sqrt(squares)),
    baseNorm: finite(Math.sqrt(base)),
    relativeNorm: finite(Math.sqrt(squares / base)),
    share: finite(squares / whole),
  };
}

function sumOfSquares(norms: readonly (number | null)[]): number {
  return norms.reduce<number>((sum, norm) => sum + (norm ?? Number.NaN) ** 2, 0);
}
