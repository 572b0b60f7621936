import type { DType, ModuleGroup } from '#protocol/tensors.ts';
import type { TensorColumns } from '#protocol/viewer.ts';
import { placeOf } from '../../models/placeOf.ts';
import type { StoredTensor } from '../../tensors/storedTensor.ts';

export interface ColumnsOptions {
  /** Absolute paths of the files, in the order that indexes count. */
  readonly files: readonly string[];
  /** The tensor of the base that a stored one belongs to, where it goes by another name. */
  readonly placedAs: ReadonlyMap<string, string>;
}

/** The facts of all tensors, column by column. */
export function tensorColumns(
  tensors: readonly StoredTensor[],
  { files, placedAs }: ColumnsOptions,
): TensorColumns {
  const places = tensors.map(({ name }) => placeOf(placedAs.get(name) ?? name));
  const dtypes = listed<DType>(tensors.map(({ dtype }) => dtype));
  const modules = listed(places.map(({ module }) => module));
  const groups = listed<ModuleGroup>(places.map(({ group }) => group));
  const numbers = new Map(files.map((path, index) => [path, index]));
  return {
    names: tensors.map(({ name }) => name),
    dtypes: dtypes.list,
    dtype: Uint8Array.from(dtypes.index),
    ...shapeColumns(tensors),
    file: Uint16Array.from(tensors, ({ file }) => numbers.get(file) ?? 0),
    offset: Float64Array.from(tensors, ({ offset }) => offset),
    bytes: Float64Array.from(tensors, ({ bytes }) => bytes),
    layer: Int32Array.from(places, ({ layer }) => layer ?? -1),
    modules: modules.list,
    module: Uint32Array.from(modules.index),
    groups: groups.list,
    group: Uint8Array.from(groups.index),
  };
}

/** Each value once, and where in that list each of them is. */
function listed<T>(values: readonly T[]): { readonly list: readonly T[]; readonly index: readonly number[] } {
  const numbers = new Map<T, number>();
  const index = values.map((value) => {
    const known = numbers.get(value) ?? numbers.size;
    numbers.set(value, known);
    return known;
  });
  return { list: [...numbers.keys()], index };
}

function shapeColumns(tensors: readonly StoredTensor[]): Pick<TensorColumns, 'sizes' | 'shapes'> {
  const shapes = new Uint32Array(tensors.length + 1);
  for (const [index, { shape }] of tensors.entries()) shapes[index + 1] = (shapes[index] ?? 0) + shape.length;
  return { sizes: Float64Array.from(tensors.flatMap(({ shape }) => shape)), shapes };
}
