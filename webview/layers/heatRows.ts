import type { Cell, Grid } from './grid.ts';
import type { Range } from './viewState.ts';

/** The fields in the order in which arrows walk them: a row a layer, then one of what stands apart. */
export interface HeatRows {
  /** Rows of headings above them. */
  readonly headings: number;
  readonly layers: readonly { readonly layer: number; readonly cells: readonly (Cell | undefined)[] }[];
  readonly all: readonly (readonly (Cell | undefined)[])[];
}

export function heatRows({ columns, layers, apart }: Grid, { first, last }: Range): HeatRows {
  const shown = layers.slice(first, last + 1).map((cells, index) => ({ layer: first + index, cells }));
  const all = shown.map(({ cells }) => cells);
  const headings = columns.length > 0 ? 1 : 0;
  return { headings, layers: shown, all: apart.length === 0 ? all : [...all, apart] };
}
