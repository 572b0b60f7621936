import { percent, significant } from '#protocol/figures.ts';
import type { AnalyzeResult, TensorAnalysis } from '#protocol/results.ts';

type Sized = Pick<TensorAnalysis, 'norm' | 'baseNorm' | 'relativeNorm'>;

/** What the pictures show. */
export interface Metric {
  readonly name: string;
  readonly of: (sized: Sized) => number | null;
  readonly text: (value: number | null) => string;
}

/** Norms in relation to the base's, where there is a base. */
export function metricOf({ tensors }: Pick<AnalyzeResult, 'tensors'>): Metric {
  const isRelative = tensors.some(({ baseNorm }) => baseNorm !== null);
  return isRelative
    ? { name: 'relative norm', of: ({ relativeNorm }) => relativeNorm, text: percent }
    : { name: 'norm', of: ({ norm }) => norm, text: significant };
}

/** Of several tensors together; null where one of them has no norm. */
export function joint(tensors: readonly TensorAnalysis[]): Sized {
  const norm = total(tensors.map((each) => each.norm));
  const baseNorm = total(tensors.map((each) => each.baseNorm));
  const hasRelation = norm !== null && baseNorm !== null && baseNorm > 0;
  return { norm, baseNorm, relativeNorm: hasRelation ? norm / baseNorm : null };
}

function total(norms: readonly (number | null)[]): number | null {
  return norms.includes(null)
    ? null
    : Math.sqrt(norms.reduce<number>((sum, norm) => sum + (norm ?? 0) ** 2, 0));
}
