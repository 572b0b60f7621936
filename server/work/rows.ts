/** A run of an item's rows. */
export interface Rows {
  readonly start: number;
  readonly length: number;
}
