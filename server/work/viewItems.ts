import type { DecodableDType } from '../tensors/decode.ts';

/** All bytes of a tensor, counted and added up. */
export interface SurveyItem {
  readonly kind: 'survey';
  readonly name: string;
  readonly source: { readonly file: number; readonly offset: number };
  /** Null: bytes are counted, whatever they mean. */
  readonly dtype: DecodableDType | null;
  /** Elements, or bytes where there is no dtype. */
  readonly count: number;
  /** Of the matrix whose rows and columns are measured; null: they are not. */
  readonly columns: number | null;
}

/** What one unit of a survey found. It is told of by `onUnit` alone, and not kept. */
export interface Survey {
  /** By bit pattern: 256 or 65,536. Of wider elements by their first 16 bits, as `addMoments` counts them. */
  readonly counts: Uint32Array;
  /** Of wider elements, in the order of `addMoments`; else null. */
  readonly moments: Float64Array | null;
  /** Of the unit's rows, and of all columns; null where they are not measured. */
  readonly rowSquares: Float64Array | null;
  readonly columnSquares: Float64Array | null;
}

export { momentCount } from '../kernels/viewKernels.ts';

/** The largest matrix whose rows and columns are measured. */
export const mostRows = 2 ** 22;
export const mostColumns = 2 ** 18;

/** A window of a matrix, as means and largest magnitudes of cells. */
export interface PictureItem {
  readonly kind: 'picture';
  readonly name: string;
  /** Where the matrix begins. */
  readonly source: { readonly file: number; readonly offset: number };
  readonly dtype: DecodableDType;
  /** Of the whole matrix. */
  readonly columns: number;
  readonly window: {
    readonly row: number;
    readonly rows: number;
    readonly column: number;
    readonly columns: number;
  };
  /** Cells across and down, at most as many as the window has columns and rows. */
  readonly width: number;
  readonly height: number;
}

/** Cells across that a thread's scratch has room for. */
export const mostCellsAcross = 2 ** 15;

/** Rows of cells that one unit has drawn. It is told of by `onUnit` alone, and not kept. */
export interface Cells {
  readonly mean: Float32Array;
  readonly maxAbs: Float32Array;
}

/** Where cell `index` of `cells` begins, of `length` elements along an axis; the end is where the next one begins. */
export function cellStart(index: number, cells: number, length: number): number {
  return Math.floor((index * length) / cells);
}
