import type { ModuleGroup } from '#protocol/tensors.ts';
import type { TensorPlace } from '#protocol/analysis.ts';
import type { Grid } from './grid.ts';
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
export const stacked: readonly ModuleGroup[] = ['attention', 'mlp', 'other', 'norms'];

/** Those of them that are there. */
export function stackedGroups(grid: Grid): readonly ModuleGroup[] {
  const inLayers = new Set(grid.columns.map(({ group }) => group));
  for (const { group, tensors } of grid.apart)
    if (tensors.some(({ layer }) => layer !== null)) inLayers.add(group);
  return stacked.filter((group) => inLayers.has(group));
}

/** One bar a layer, of all its tensors: norms too, which the fields have apart. A layer that has not come whole has no parts; one without tensors is zero. */
export function layerStacks({ layers, apart }: Grid, numbers: Numbers): readonly Stack[] {
  const others = Map.groupBy(
    apart.flatMap(({ tensors }) => tensors),
    ({ layer }) => layer,
  );
  return layers.map((row, layer) => {
    const own = row.flatMap((cell) => cell?.tensors ?? []);
    const tensors = [...own, ...(others.get(layer) ?? [])];
    const reading = tensors.length === 0 ? zero : readCell({ tensors }, numbers);
    return { layer, reading, parts: reading.kind === 'known' ? partsOf(tensors, numbers) : [] };
  });
}

const zero: Reading = { kind: 'known', value: 0 };

function partsOf(tensors: readonly TensorPlace[], { rows }: Numbers): Stack['parts'] {
  const squares = stacked.map((group) => {
    const own = tensors.filter((tensor) => tensor.group === group);
    return { group, squares: sumOf(own, rows).squares ?? 0 };
  });
  const whole = squares.reduce((sum, part) => sum + part.squares, 0);
  if (whole === 0) return [];
  return squares
    .filter((part) => part.squares > 0)
    .map(({ group, squares }) => ({ group, share: squares / whole }));
}
