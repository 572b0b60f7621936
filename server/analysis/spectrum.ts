import type { TensorAnalysis } from '#protocol/results.ts';
import type { Statistics } from '../work/job.ts';
import type { Decomposition } from './decomposition.ts';
import { finite } from './finite.ts';

type Facts = 'stableRank' | 'effectiveRank' | 'singularValues' | 'energy' | 'spectrum' | 'spectrumError';

/** What singular values say about size and shape of a matrix. */
export interface SpectrumFacts extends Pick<TensorAnalysis, Facts> {
  /** NaN where a value is not finite. */
  readonly norm: number;
}

/**
 * ‖w‖_F = √Σσ², the stable rank ‖w‖²_F / σ₁², and the effective rank exp(−Σ p ln p) with p = σ / Σσ
 * (Roy & Vetterli 2007). `sigma` is descending; all is null or NaN where a value is not finite.
 */
export function factorFacts(sigma: Float64Array): SpectrumFacts {
  const squares = sigma.reduce((sum, value) => sum + value ** 2, 0);
  const singularValues = sigma.every(Number.isFinite) ? [...sigma] : null;
  return {
    norm: Math.sqrt(squares),
    stableRank: finite(squares / (sigma[0] ?? 0) ** 2),
    effectiveRank: finite(effectiveRank(sigma)),
    singularValues,
    energy: singularValues === null ? null : energies(singularValues),
    spectrum: singularValues === null ? null : 'factors',
    spectrumError: null,
  };
}

/**
 * Of what was measured element by element; the sums leave out what is not finite, and a norm that does is none. Where
 * only the leading singular values are known, there is no effective rank.
 */
export function denseFacts(
  { movingSquares, notFinite }: Statistics,
  decomposition: Decomposition | undefined,
): SpectrumFacts {
  const norm = notFinite === 0 ? Math.sqrt(movingSquares) : Number.NaN;
  const sigma = decomposition?.singularValues;
  if (decomposition === undefined || sigma === undefined || !sigma.every(Number.isFinite) || notFinite > 0)
    return { ...nothing, norm };
  const { source, error } = decomposition;
  const singularValues = [...sigma];
  return {
    norm,
    stableRank: finite(norm ** 2 / (sigma[0] ?? 0) ** 2),
    effectiveRank: source === 'randomised' ? null : finite(effectiveRank(sigma)),
    singularValues,
    energy: energies(singularValues, source === 'randomised' ? norm ** 2 : undefined),
    spectrum: source,
    spectrumError: error,
  };
}

const nothing: Omit<SpectrumFacts, 'norm'> = {
  stableRank: null,
  effectiveRank: null,
  singularValues: null,
  energy: null,
  spectrum: null,
  spectrumError: null,
};

/** Shares in the first 1, 2, … of `sigma` of a sum of squares, theirs where none is given. Zeros for a matrix of zeros. */
export function energies(sigma: readonly number[], squares?: number): readonly number[] {
  const total = squares ?? sigma.reduce((sum, value) => sum + value ** 2, 0);
  let sum = 0;
  return sigma.map((value) => (total === 0 ? 0 : (sum += value ** 2) / total));
}

/** NaN for a matrix of zeros, which has no distribution of singular values. */
function effectiveRank(sigma: Float64Array): number {
  const total = sigma.reduce((sum, value) => sum + value, 0);
  const entropy = sigma.reduce((sum, value) => {
    const share = value / total;
    return share === 0 ? sum : sum - share * Math.log(share);
  }, 0);
  return Math.exp(entropy);
}
