import type { WithWarnings } from './failure.ts';
import type { DType } from './tensors.ts';

/** A tensor of a model that `models/open` has opened: `path` is what was opened, or `OpenedModel.path`. */
export interface TensorReference {
  readonly path: string;
  readonly name: string;
}

/** Of which `TensorStatistics.quantiles` speaks, in this order. */
export const quantileLevels = [0.001, 0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99, 0.999] as const;

/** Everything about the values of one tensor; all of its bytes have been read, now or earlier. */
export interface TensorStatistics extends WithWarnings {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly elements: number;
  /** Null: the dtype has no values that are known here, and `unknown` says so. */
  readonly values: ValueStatistics | null;
  /** How often each byte occurs, 256 counts, where `values` is null; else null. */
  readonly byteCounts: Float64Array | null;
  /** Why there are no values, in one sentence. */
  readonly unknown: string | null;
}

/**
 * Counts are of elements. Everything after the counts is of the finite values alone, in float64: exact from counts of
 * bit patterns for dtypes of 8 and 16 bits; elsewhere sums are compensated and good to 1e-12.
 */
export interface ValueStatistics {
  readonly finite: number;
  readonly nan: number;
  readonly positiveInfinite: number;
  readonly negativeInfinite: number;
  /** Of both signs; `negativeZeros` are among them. */
  readonly zeros: number;
  readonly negativeZeros: number;
  /** Of floating-point dtypes: not zero, and below the smallest normal number. */
  readonly subnormal: number;
  /** Null, as the next four, where no value is finite. */
  readonly min: number | null;
  readonly max: number | null;
  readonly mean: number | null;
  /** Divided by the number of elements, as numpy does by default. */
  readonly standardDeviation: number | null;
  /** ‖W‖ */
  readonly norm: number | null;
  /** One for each of `quantileLevels`, interpolated between neighbours as numpy does; NaN where no value is finite. */
  readonly quantiles: Float64Array;
  /**
   * How far off quantiles may be, relative to their size: 0 for exact ones; 2⁻⁸ for dtypes of 32 and 64 bits, whose values are
   * counted by their first 16 bits as a float32 (what is below 2⁻¹²⁶ or beyond 2¹²⁸ is counted as one). Histograms then spread
   * each count evenly over the values it stands for.
   */
  readonly resolution: number;
  /** From the smallest to the largest value; null where no value is finite. */
  readonly whole: Histogram | null;
  /** The same between the 0.1 % and 99.9 % quantiles, so that a few outliers do not flatten all else. */
  readonly central: Histogram | null;
  /** By powers of two; null where no value is finite and not zero. */
  readonly magnitudes: MagnitudeHistogram | null;
  /** Of the norm of each row and column; null for what is no matrix, or too large a one (2²² rows, 2¹⁸ columns). */
  readonly rows: AxisNorms | null;
  readonly columns: AxisNorms | null;
}

/** Bins of one width; the last includes its upper end. */
export interface Histogram {
  readonly from: number;
  readonly to: number;
  /** Elements in each bin. */
  readonly counts: Float64Array;
  /** Elements outside. */
  readonly below: number;
  readonly above: number;
}

/** Bin i has the values with 2^(first + i) ≤ |x| < 2^(first + i + 1). */
export interface MagnitudeHistogram {
  readonly first: number;
  readonly negative: Float64Array;
  readonly positive: Float64Array;
}

/** The tensor as a matrix: the last dimension runs along a row. NaN where a row holds what is not finite. */
export interface AxisNorms {
  /** How many rows (or columns) there are, and how many stand together in one bin. */
  readonly count: number;
  readonly perBin: number;
  /** Root mean square of the norms in each bin: where `perBin` is 1, the norms themselves. */
  readonly norms: Float64Array;
  /** The largest norm in each bin. */
  readonly largest: Float64Array;
}

/** A part of a tensor as a matrix: its last two dimensions, and which of the matrices before those. */
export interface TensorWindow extends TensorReference {
  /** From 0, over all leading dimensions together. */
  readonly slice: number;
  readonly rows: Span;
  readonly columns: Span;
}

/** From `start`, `end` not included. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export interface PictureParams extends TensorWindow {
  /** Cells across and down, at most; fewer where the window has fewer elements or the picture would pass 4 MB. */
  readonly width: number;
  readonly height: number;
}

/** A window as cells, row by row: cell (r, c) stands for the elements from ⌊r·n/height⌋ on, along both axes. */
export interface TensorPicture {
  readonly width: number;
  readonly height: number;
  /** Each cell is one element: `mean` holds their values and `maxAbs` their magnitudes, in float32; `tensor/values` has them in full. */
  readonly exact: boolean;
  /** Means of the cells; NaN where a cell holds one. */
  readonly mean: Float32Array;
  /** The largest magnitudes in the cells; NaN where a cell holds one. */
  readonly maxAbs: Float32Array;
}

export interface ValuesParams extends TensorWindow {
  /** Whether the bytes come too, as they are stored. */
  readonly bytes: boolean;
}

/** Row by row. */
export interface TensorValues {
  /** Null where the dtype has no values that are known here. 64-bit integers beyond 2⁵³ are the nearest float64. */
  readonly values: Float64Array | null;
  /** As stored, every row beginning on a byte of its own; null unless asked for. */
  readonly bytes: Uint8Array | null;
}
