import type { ModuleGroup } from '#protocol/tensors.ts';
import type { Cell, Grid } from './grid.ts';
import { type Numbers, type Reading, readCell } from './reading.ts';
import { sumOf } from './metrics.ts';

/** One bar: as high as the layer's value, divided as ‖w‖² is divided among its groups. */
export interface Stack {
  readonly layer: number;
  readonly reading: Reading;
  /** Shares of the bar, together 1, in the order in which they are stacked from below. */
  readonly parts: readonly { readonly group: ModuleGroup; readonly share: number }[];
}

/** The groups that layers have, in the order of their colours. */
export const stacked: readonly ModuleGroup[] = ['attention', 'mlp', 'other'];

/** One bar a layer. A layer that has not come whole has no parts; one without cells is zero. */
export function layerStacks({ layers }: Grid, numbers: Numbers): readonly Stack[] {
  return layers.map((row, layer) => {
    const cells = row.filter((cell) => cell !== undefined);
    const reading =
      cells.length === 0 ? zero : readCell({ tensors: cells.flatMap(({ tensors }) => tensors) }, numbers);
    return { layer, reading, parts: reading.kind === 'known' ? partsOf(cells, numbers) : [] };
  });
}

const zero: Reading = { kind: 'known', value: 0 };

function partsOf(cells: readonly Cell[], { rows }: Numbers): Stack['parts'] {
  const squares = stacked.map((group) => {
    const tensors = cells.filter((cell) => cell.group === group).flatMap((cell) => cell.tensors);
    return { group, squares: sumOf(tensors, rows).squares ?? 0 };
  });
  const whole = squares.reduce((sum, part) => sum + part.squares, 0);
  if (whole === 0) return [];
  return squares
    .filter((part) => part.squares > 0)
    .map(({ group, squares }) => ({ group, share: squares / whole }));
}
