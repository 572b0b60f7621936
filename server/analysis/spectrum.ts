import { finite } from './finite.ts';

/** What the singular values of a matrix say about its size and shape. */
export interface SpectrumFacts {
  readonly norm: number;
  readonly stableRank: number | null;
  readonly effectiveRank: number | null;
  readonly singularValues: readonly number[] | null;
}

/**
 * ‖w‖_F = √Σσ², the stable rank ‖w‖²_F / σ₁², and the effective rank exp(−Σ p ln p) with p = σ / Σσ
 * (Roy & Vetterli 2007). `sigma` is descending; all is null or NaN where a value is not finite.
 */
export function spectrumFacts(sigma: Float64Array): SpectrumFacts {
  const squares = sigma.reduce((sum, value) => sum + value ** 2, 0);
  const isFinite = sigma.every(Number.isFinite);
  return {
    norm: Math.sqrt(squares),
    stableRank: finite(squares / (sigma[0] ?? 0) ** 2),
    effectiveRank: finite(effectiveRank(sigma)),
    singularValues: isFinite ? [...sigma] : null,
  };
}

/** Shares of Σσ² in the first 1, 2, … of `sigma`. Zeros for a matrix of zeros. */
export function energies(sigma: readonly number[]): readonly number[] {
  const total = sigma.reduce((sum, value) => sum + value ** 2, 0);
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
