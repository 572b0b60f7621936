import { shapeAt, type TensorColumns } from '#protocol/viewer.ts';
import { groupName } from '../moduleNames.ts';
import { t } from '../strings.ts';
import { nameFilter } from './filter.ts';
import type { Grouping, Sorting } from './viewState.ts';

/** A row of the list: a group, or a tensor by its place in the columns. */
export type TreeRow =
  | {
      readonly kind: 'group';
      readonly key: string;
      readonly label: string;
      readonly tensors: number;
      readonly bytes: number;
      readonly isOpen: boolean;
    }
  | {
      readonly kind: 'tensor';
      /** The whole name. */
      readonly key: string;
      /** Below the heading of its layer the part after the layer's number is enough. */
      readonly label: string;
      readonly index: number;
      readonly isNested: boolean;
    };

export interface Listing {
  readonly filter: string;
  /** Into the files; undefined: all of them. */
  readonly file: number | undefined;
  readonly grouping: Grouping;
  readonly sorting: Sorting | undefined;
  readonly toggled: readonly string[];
}

/** A list that is no longer than this needs no folding. */
const short = 60;

/** The tensors that fit the filter, in their order. */
export function listed(columns: TensorColumns, { filter, file, sorting }: Listing): readonly number[] {
  const fits = nameFilter(filter);
  const all = columns.names.map((_, index) => index);
  const found = all.filter(
    (index) => (file === undefined || columns.file[index] === file) && fits(columns.names[index] ?? ''),
  );
  return sorting === undefined ? found : found.toSorted(comparing(columns, sorting));
}

/** The rows of the list. While something is typed all groups are open, since what was found should be seen. */
export function treeRows(columns: TensorColumns, listing: Listing): readonly TreeRow[] {
  const tensors = listed(columns, listing);
  const { grouping, filter } = listing;
  if (grouping === 'none') return tensors.map((index) => tensorRow(columns, index, grouping, false));
  const groups = Map.groupBy(tensors, (index) => groupOf(columns, index, grouping));
  const opens = filter.trim() !== '' || columns.names.length <= short || groups.size === 1;
  const keys = sortedGroups(columns, groups, listing);
  return keys.flatMap((label) => {
    const members = groups.get(label) ?? [];
    const key = `${grouping}:${label}`;
    const isOpen = opens !== listing.toggled.includes(key);
    const bytes = members.reduce((sum, index) => sum + (columns.bytes[index] ?? 0), 0);
    const group = { kind: 'group', key, label, tensors: members.length, bytes, isOpen } as const;
    return isOpen ? [group, ...members.map((index) => tensorRow(columns, index, grouping, true))] : [group];
  });
}

function tensorRow(
  { names, layer }: TensorColumns,
  index: number,
  grouping: Grouping,
  isNested: boolean,
): TreeRow {
  const key = names[index] ?? '';
  const label = grouping === 'layer' ? withinLayer(key, layer[index] ?? -1) : key;
  return { kind: 'tensor', key, label, index, isNested };
}

/** `model.layers.7.mlp.up_proj.weight` is `mlp.up_proj.weight` in layer 7. */
function withinLayer(name: string, layer: number): string {
  const number = `.${layer}.`;
  const start = layer < 0 ? -1 : name.indexOf(number);
  return start < 0 ? name : name.slice(start + number.length);
}

/** The group that a tensor is listed in, by its row's key; undefined where there are none. */
export function groupKey(columns: TensorColumns, name: string, grouping: Grouping): string | undefined {
  const index = columns.names.indexOf(name);
  if (grouping === 'none' || index < 0) return undefined;
  return `${grouping}:${groupOf(columns, index, grouping)}`;
}

function groupOf(columns: TensorColumns, index: number, grouping: Grouping): string {
  const layer = columns.layer[index] ?? -1;
  const group = columns.groups[columns.group[index] ?? 0] ?? 'other';
  if (grouping === 'module') {
    const module = columns.modules[columns.module[index] ?? 0] ?? '';
    return layer < 0 && group !== 'other' ? groupName(group) : module || groupName(group);
  }
  return layer < 0 ? groupName(group) : t('Layer {0}', layer);
}

/** Groups as the model has them, but layers by their number; by size where the list is. */
function sortedGroups(
  columns: TensorColumns,
  groups: ReadonlyMap<string, readonly number[]>,
  { grouping, sorting }: Listing,
): readonly string[] {
  const keys = [...groups.keys()];
  if (sorting?.key === 'bytes') {
    const size = (key: string) =>
      (groups.get(key) ?? []).reduce((sum, index) => sum + (columns.bytes[index] ?? 0), 0);
    const sizes = new Map(keys.map((key) => [key, size(key)]));
    const sign = sorting.isDescending ? -1 : 1;
    return keys.toSorted((a, b) => sign * ((sizes.get(a) ?? 0) - (sizes.get(b) ?? 0)));
  }
  if (grouping === 'module') return keys;
  const layer = (key: string) => columns.layer[groups.get(key)?.[0] ?? 0] ?? -1;
  const outside = (key: string) => (layer(key) < 0 ? 1 : 0);
  return keys.toSorted((a, b) => outside(b) - outside(a) || layer(a) - layer(b));
}

const order = new Intl.Collator('en', { numeric: true });

function comparing(columns: TensorColumns, { key, isDescending }: Sorting): (a: number, b: number) => number {
  const sign = isDescending ? -1 : 1;
  const name = (index: number) => columns.names[index] ?? '';
  if (key === 'name') return (a, b) => sign * order.compare(name(a), name(b));
  const value = (index: number) => valueOf(columns, key, index);
  return (a, b) => sign * (value(a) - value(b)) || order.compare(name(a), name(b));
}

function valueOf(columns: TensorColumns, key: string, index: number): number {
  if (key === 'dtype') return columns.dtype[index] ?? 0;
  if (key === 'bytes') return columns.bytes[index] ?? 0;
  return shapeAt(columns, index).reduce((product, size) => product * size, 1);
}
