import type { Statistics } from '../work/job.ts';
import type { SingularVectors } from '../work/spectrumItems.ts';

/** What is known of a matrix by its singular values. */
export interface Decomposition {
  /** Descending; the leading ones only where `source` is randomised. NaN where an element is not finite. */
  readonly singularValues: Float64Array;
  /** Σσ² over all of them. */
  readonly squares: number;
  readonly source: 'factors' | 'dense' | 'randomised';
  /** No singular value is off by more, but for a chance of 10⁻¹⁰; null where they are exact up to rounding. */
  readonly error: number | null;
  readonly vectors: SingularVectors | undefined;
}

interface Origin {
  readonly hasFactors: boolean;
  /** The matrix was rounded to float32 first. */
  readonly isRounded: boolean;
}

/** Of the statistics of a spectrum or decompose item. */
export function toDecomposition(
  { singularValues = new Float64Array(), spectrumError, singularVectors, movingSquares }: Statistics,
  { hasFactors, isRounded }: Origin,
): Decomposition {
  const squares = hasFactors ? squaresOf(singularValues) : movingSquares;
  const rounding = isRounded ? 2 ** -24 * Math.sqrt(squares) : 0;
  return {
    singularValues,
    squares,
    source: hasFactors ? 'factors' : spectrumError === undefined ? 'dense' : 'randomised',
    error: spectrumError === undefined ? null : spectrumError + rounding,
    vectors: singularVectors,
  };
}

/** Σσ² of what the first `count` singular vectors leave out. */
export function tailSquares({ singularValues, squares, source }: Decomposition, count: number): number {
  if (source !== 'randomised') return squaresOf(singularValues.subarray(count));
  return Math.max(0, squares - squaresOf(singularValues.subarray(0, count)));
}

function squaresOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value ** 2, 0);
}
