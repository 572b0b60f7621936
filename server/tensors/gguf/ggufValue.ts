import type { Refuse } from '../pickle/pickleBytes.ts';
import type { GgufBytes } from './ggufBytes.ts';

/** A value of a GGUF file's metadata. Long lists (vocabularies) are only counted. */
export type GgufValue = number | bigint | boolean | string | GgufList;

export interface GgufList {
  readonly count: number;
  /** Undefined where there are too many to be kept, or where they are texts. */
  readonly items: readonly (number | bigint | boolean)[] | undefined;
}

interface Scalar {
  readonly width: number;
  readonly read: (view: DataView, at: number) => number | bigint;
}

const scalars: ReadonlyMap<number, Scalar> = new Map<number, Scalar>([
  [0, { width: 1, read: (view, at) => view.getUint8(at) }],
  [1, { width: 1, read: (view, at) => view.getInt8(at) }],
  [2, { width: 2, read: (view, at) => view.getUint16(at, true) }],
  [3, { width: 2, read: (view, at) => view.getInt16(at, true) }],
  [4, { width: 4, read: (view, at) => view.getUint32(at, true) }],
  [5, { width: 4, read: (view, at) => view.getInt32(at, true) }],
  [6, { width: 4, read: (view, at) => view.getFloat32(at, true) }],
  [7, { width: 1, read: (view, at) => view.getUint8(at) }],
  [10, { width: 8, read: (view, at) => view.getBigUint64(at, true) }],
  [11, { width: 8, read: (view, at) => view.getBigInt64(at, true) }],
  [12, { width: 8, read: (view, at) => view.getFloat64(at, true) }],
]);
const boolean = 7;
const text = 8;
const list = 9;

const longestList = 2 ** 24;

/** Reads a value of this type (GGUF specification, `gguf_metadata_value_type`); lists of lists are refused, as ggml does. */
export function readValue(bytes: GgufBytes, type: number, refuse: Refuse): GgufValue {
  if (type === text) return bytes.text();
  if (type === list) return readList(bytes, refuse);
  return readScalar(bytes, type, refuse);
}

function readScalar(bytes: GgufBytes, type: number, refuse: Refuse): number | bigint | boolean {
  const scalar = scalars.get(type);
  if (scalar === undefined) throw refuse(`has a value of the type ${type}, which is not known`);
  const value = bytes.number(scalar.read, scalar.width);
  return type === boolean ? value !== 0 : value;
}

function readList(bytes: GgufBytes, refuse: Refuse): GgufList {
  const type = bytes.unsigned32();
  const count = bytes.count(longestList, 'values of a list');
  if (type === list) throw refuse('has a list of lists');
  if (type === text) {
    for (let index = 0; index < count; index++) bytes.skip(bytes.count(longestList, 'bytes of a text'));
    return { count, items: undefined };
  }
  const width = scalars.get(type)?.width;
  if (width === undefined) throw refuse(`has a list of the type ${type}, which is not known`);
  if (!bytes.keeps(count)) {
    bytes.skip(count * width);
    return { count, items: undefined };
  }
  return { count, items: Array.from({ length: count }, () => readScalar(bytes, type, refuse)) };
}
