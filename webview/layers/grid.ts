import type { TensorPlace } from '#protocol/analysis.ts';
import type { ModuleGroup } from '#protocol/tensors.ts';

/** One field of the picture: often one tensor, but a weight and its bias, or all experts, share one. */
export interface Cell {
  /** The same for the same place in the model, whatever else is shown. */
  readonly key: string;
  /** Null outside layers, and for what is gathered over all layers. */
  readonly layer: number | null;
  readonly group: ModuleGroup;
  /** Null where a cell holds a whole group. */
  readonly module: string | null;
  readonly tensors: readonly TensorPlace[];
}

export interface Column {
  readonly group: ModuleGroup;
  readonly module: string;
}

export interface Grid {
  readonly columns: readonly Column[];
  /** By layer, then by column; undefined where the direction is zero or the model has nothing. */
  readonly layers: readonly (readonly (Cell | undefined)[])[];
  /** Embeddings, head, norms and the rest, as far as there are any. */
  readonly apart: readonly Cell[];
}

/** In the order in which a layer uses them; what is not here comes after, as it comes in the model. */
const usual =
  'q_proj k_proj v_proj qkv_proj query_key_value c_attn o_proj out_proj dense gate gate_proj up_proj gate_up_proj down_proj fc1 fc2'.split(
    ' ',
  );

/** Columns in this order; the other groups stand apart. */
const inLayers: readonly ModuleGroup[] = ['attention', 'mlp', 'other'];
const apart: readonly ModuleGroup[] = ['embeddings', 'head', 'norms', 'other'];

/** Tensors as layers × modules. `count` is the number of the model's layers; more are made room for. */
export function toGrid(tensors: readonly TensorPlace[], count: number): Grid {
  const inside = tensors.filter(isInLayer);
  const outside = tensors.filter((tensor) => !isInLayer(tensor));
  const columns = columnsOf(inside);
  const cells = Map.groupBy(inside, (tensor) => cellKey(tensor.layer, tensor.group, tensor.module));
  const highest = inside.reduce((most, { layer }) => Math.max(most, layer ?? -1), -1);
  const layers = Array.from({ length: inside.length === 0 ? 0 : Math.max(count, highest + 1) }, (_, layer) =>
    columns.map(({ group, module }) => toCell(layer, group, module, cells)),
  );
  const gathered = Map.groupBy(outside, ({ group }) => group);
  return { columns, layers, apart: apart.flatMap((group) => gatheredCell(group, gathered.get(group))) };
}

/** All cells, those of the layers first. */
export function cellsOf({ layers, apart }: Grid): readonly Cell[] {
  return [...layers.flat().filter((cell) => cell !== undefined), ...apart];
}

/** The key of the cell that a tensor is in. */
export function cellKeyOf(tensor: TensorPlace): string {
  const { layer, group, module } = tensor;
  return isInLayer(tensor) ? cellKey(layer, group, module) : cellKey(null, group, null);
}

function isInLayer({ layer, group }: TensorPlace): boolean {
  return layer !== null && inLayers.includes(group);
}

function columnsOf(tensors: readonly TensorPlace[]): Column[] {
  const first = new Map<string, Column>();
  for (const { group, module } of tensors) {
    const key = `${group}/${module}`;
    if (!first.has(key)) first.set(key, { group, module });
  }
  return [...first.values()].toSorted(
    (a, b) => inLayers.indexOf(a.group) - inLayers.indexOf(b.group) || rank(a.module) - rank(b.module),
  );
}

function rank(module: string): number {
  const index = usual.indexOf(module);
  return index < 0 ? usual.length : index;
}

function toCell(
  layer: number,
  group: ModuleGroup,
  module: string,
  cells: ReadonlyMap<string, readonly TensorPlace[]>,
): Cell | undefined {
  const key = cellKey(layer, group, module);
  const tensors = cells.get(key);
  return tensors && { key, layer, group, module, tensors };
}

function gatheredCell(group: ModuleGroup, tensors: readonly TensorPlace[] | undefined): Cell[] {
  if (tensors === undefined) return [];
  return [{ key: cellKey(null, group, null), layer: null, group, module: null, tensors }];
}

function cellKey(layer: number | null, group: ModuleGroup, module: string | null): string {
  return [layer ?? '', group, module ?? ''].join('/');
}
