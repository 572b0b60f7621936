import type { SurveyItem } from '../../work/viewItems.ts';
import type { Survey } from '../../work/viewItems.ts';
import { mergeMoments, noMoments } from './moments.ts';

/** What the units of a survey come to together; they are to be added in their order. */
export class SurveySum {
  readonly counts: Float64Array;
  readonly rowSquares: Float64Array | null;
  readonly columnSquares: Float64Array | null;
  moments: Float64Array | null;
  #rows = 0;

  constructor(
    { count, columns }: SurveyItem,
    element: { readonly patterns: number; readonly isWide: boolean },
  ) {
    this.counts = new Float64Array(element.patterns);
    this.moments = element.isWide ? noMoments() : null;
    this.rowSquares = columns === null ? null : new Float64Array(count / columns);
    this.columnSquares = columns === null ? null : new Float64Array(columns);
  }

  add({ counts, moments, rowSquares, columnSquares }: Survey): void {
    addTo(this.counts, counts);
    if (this.moments !== null && moments !== null) this.moments = mergeMoments(this.moments, moments);
    if (rowSquares !== null) this.rowSquares?.set(rowSquares, this.#rows);
    this.#rows += rowSquares?.length ?? 0;
    if (this.columnSquares !== null && columnSquares !== null) addTo(this.columnSquares, columnSquares);
  }
}

function addTo(sums: Float64Array, more: Float64Array | Uint32Array): void {
  for (let index = 0; index < sums.length; index++) sums[index] = (sums[index] ?? 0) + (more[index] ?? 0);
}
