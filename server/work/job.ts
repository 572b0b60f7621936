import type { FloatDType, NumericDType, RoundedDType } from '#protocol/tensors.ts';
import type { SingularVectors, SpectralItem } from './spectrumItems.ts';
import type { Cells, PictureItem, Survey, SurveyItem } from './viewItems.ts';

/**
 * What the work process is asked to do, as plain data: steering, analysis and contrasts all become jobs.
 * Files are numbers into the job's lists, places are byte offsets, and nothing here knows what a model is.
 */
export interface Job {
  /** Absolute paths, opened read-only. */
  readonly inputs: readonly string[];
  /** Absolute paths of files that exist at their full size already; written at offsets, never extended. */
  readonly outputs: readonly string[];
  readonly items: readonly JobItem[];
}

export type JobItem = CopyItem | SteerItem | StackItem | SpectralItem | GramItem | SurveyItem | PictureItem;

/** A run of values in an input file. */
export interface Operand<D extends NumericDType = NumericDType> {
  readonly file: number;
  readonly offset: number;
  readonly dtype: D;
  /** Absent: the values lie in order. */
  readonly layout?: OperandLayout;
}

/** How the values of a matrix, rows × columns as the item has it, lie in the file where that is not row by row. */
export type OperandLayout =
  /** Row r is stored at row `headRow(r)`; vectors are matrices of one column. */
  | { readonly kind: 'rope'; readonly heads: number; readonly rows: number; readonly columns: number }
  /** Stored as columns × rows. */
  | { readonly kind: 'turned'; readonly rows: number; readonly columns: number }
  /** Stored with 1 added. */
  | { readonly kind: 'shifted' };

export interface DenseOperand<D extends NumericDType = NumericDType> {
  readonly kind: 'dense';
  readonly scale: number;
  readonly operand: Operand<D>;
}

/** A factor as stored, row by row: `rows` × `columns` before `transposed` is heeded. */
export interface FactorOperand {
  readonly operand: Operand<FloatDType>;
  readonly rows: number;
  readonly columns: number;
  readonly transposed: boolean;
}

/** scale · left · right; left is [item rows, rank], right is [rank, item columns] after transposition. */
export interface LowRankOperand {
  readonly kind: 'low-rank';
  readonly scale: number;
  readonly rank: number;
  readonly left: FactorOperand;
  readonly right: FactorOperand;
}

/**
 * scale · V with each row (or column) brought to its length in `lengths`, where V = base + change. The norms are those
 * of V as float64; they take a pass of their own over the rows of a unit, or over all of V where they are columns'.
 */
export interface RescaledOperand {
  readonly kind: 'rescaled';
  readonly scale: number;
  readonly base: DenseOperand<FloatDType>;
  readonly change: LowRankOperand;
  readonly lengths: Operand<FloatDType>;
  readonly along: 'rows' | 'columns';
}

/** scale · some rows of a stored matrix with the item's columns; zero elsewhere. */
export interface RowsOperand {
  readonly kind: 'rows';
  readonly scale: number;
  readonly operand: Operand<FloatDType>;
  /** `count` rows from row `from` of the stored matrix on stand in the item's rows from `to` on. */
  readonly runs: readonly { readonly from: number; readonly to: number; readonly count: number }[];
}

/**
 * scale · Bₑ·Aₑ (or its transpose) on the rows of each expert e, which has `rows` × `columns` of the item. A is stored
 * [experts · rank, in], expert by expert; B is [out, rank · experts], the experts of a rank side by side.
 */
export interface ExpertsOperand {
  readonly kind: 'experts';
  readonly scale: number;
  readonly rank: number;
  readonly experts: number;
  readonly rows: number;
  readonly columns: number;
  readonly A: Operand<FloatDType>;
  readonly B: Operand<FloatDType>;
  readonly transposed: boolean;
}

export type JobTerm = DenseOperand | LowRankOperand | RescaledOperand | RowsOperand | ExpertsOperand;

/** A place in an output file. */
export interface Place {
  readonly file: number;
  readonly offset: number;
}

/** Bytes that stay as they are, to one or several outputs from one read. */
export interface CopyItem {
  readonly kind: 'copy';
  readonly name: string;
  readonly source: { readonly file: number; readonly offset: number };
  readonly bytes: number;
  readonly places: readonly Place[];
}

/**
 * For every element: value = source + Σ fixed + strength · Σ moving, evaluated in float64 and rounded once to `dtype`.
 * With no places it is a measurement: only the statistics come back.
 */
export interface SteerItem {
  readonly kind: 'steer';
  readonly name: string;
  /** The tensor as a matrix: rows × columns elements, row by row. One-dimensional tensors have one row. */
  readonly rows: number;
  readonly columns: number;
  /** Absent: zeros. */
  readonly source?: Operand;
  readonly fixed: readonly JobTerm[];
  readonly moving: readonly JobTerm[];
  readonly dtype: RoundedDType;
  readonly places: readonly (Place & { readonly strength: number })[];
  /** Absent: nearest even. The same seed and tensor give the same bytes on every device and thread count. */
  readonly stochastic?: { readonly seed: number };
  /** Compare two operands of one dtype bit by bit along the way (the `inputs` report). */
  readonly survival?: readonly [Operand<FloatDType>, Operand<FloatDType>];
}

/** A part of a stacked factor; multiplied by the place's strength where `moving`. */
export interface StackPart {
  readonly factor: FactorOperand;
  readonly scale: number;
  readonly moving: boolean;
}

/** Factors joined into one float32 matrix: below one another (`rows`) or side by side (`columns`). */
export interface StackItem {
  readonly kind: 'stack';
  readonly name: string;
  readonly along: 'rows' | 'columns';
  readonly parts: readonly StackPart[];
  /** Where given, row r of the matrix is written as row `headRow(r)`; for parts side by side. */
  readonly order?: { readonly heads: number; readonly rows: number };
  readonly places: readonly (Place & { readonly strength: number })[];
}

/** ⟨X, Y⟩ for every two of several sums over one tensor: from factors alone where all terms are low-rank, else row by row. */
export interface GramItem {
  readonly kind: 'gram';
  readonly name: string;
  readonly rows: number;
  readonly columns: number;
  readonly sums: readonly (readonly JobTerm[])[];
}

/**
 * The steps of a job, in order, as `unitsOf(job)` cuts it: what is journalled, counted and skipped on resume.
 * The cut depends on the job alone, never on threads or device.
 */
export interface Unit {
  readonly item: number;
  /** First row (steer), byte (copy), element (survey) or row of cells (picture); 0 and everything for the others. */
  readonly start: number;
  readonly length: number;
  /** Bytes read and written, for progress. */
  readonly traffic: number;
}

/**
 * Sums over elements, so that those of two units add (maxima: the larger). `movingSquares` to `changed` are measured
 * where an item has no places, and 0 where it has: a write is told by its `places`.
 */
export interface Statistics {
  readonly elements: number;
  /** Of d = Σ moving, before any strength. */
  readonly movingSquares: number;
  readonly sourceSquares: number;
  /** ⟨source, d⟩ */
  readonly product: number;
  readonly maxAbs: number;
  /** Elements with d ≠ 0. */
  readonly changed: number;
  /** Elements where source or d is NaN or infinite. */
  readonly notFinite: number;
  /** One for each place. */
  readonly places: readonly RoundingStatistics[];
  readonly survival?: {
    readonly identical: number;
    readonly withinOneUlp: number;
    /** The largest distance in units in the last place; measured where an item has no places. */
    readonly mostUlps?: number;
  };
  /** Descending; of a SpectrumItem, or of a DecomposeItem, whose `movingSquares` are Σσ² over all of them. */
  readonly singularValues?: Float64Array;
  /** Of a GramItem: inner products of its sums, row by row; NaN where a value is not finite. */
  readonly gram?: Float64Array;
  /** Where not all singular values were computed: none of those there are is off by more (see `spectrumBound`). */
  readonly spectrumError?: number;
  /** Where they were wanted. */
  readonly singularVectors?: SingularVectors;
  /** Of one unit; told of by `onUnit`, and not kept. */
  readonly survey?: Survey;
  readonly cells?: Cells;
}

/** Requested = value − source before rounding; realised = what was written − source. */
export interface RoundingStatistics {
  readonly requestedSquares: number;
  readonly realisedSquares: number;
  readonly product: number;
  /** Elements with requested ≠ 0. */
  readonly requested: number;
  /** Of these, elements whose written value equals the old one. */
  readonly unmoved: number;
  /** Finite values that became infinite in `dtype`. */
  readonly overflowed: number;
}

export interface WorkProgress {
  /** Bytes read and written so far, and in all. */
  readonly done: number;
  readonly total: number;
}

export interface RunOptions {
  readonly signal: AbortSignal;
  /** A state: the last one wins. Called at most every 100 ms, and once at the end. */
  readonly report?: (progress: WorkProgress) => void;
  /** Indexes into `unitsOf(job)` that an earlier run has finished. */
  readonly finished?: ReadonlySet<number>;
  /** A unit's bytes have been handed to the operating system (not synced). */
  readonly onUnit?: (unit: number, statistics: Statistics) => void;
  /** False: nobody wants the result, since `onUnit` has told it all. Default: true. */
  readonly collects?: boolean;
}

export interface DeviceReport {
  readonly device: 'cpu' | 'webgpu';
  /** What was found and why this one, in one sentence. */
  readonly reason: string;
}

/** A pool of I/O threads and one ONNX Runtime, for one job at a time. */
export interface Work extends AsyncDisposable {
  readonly device: DeviceReport;
  /** Statistics per item, those of finished units not included. Rejects with the signal's reason, or a `ServerError`. */
  run(job: Job, options: RunOptions): Promise<ReadonlyMap<number, Statistics>>;
}
