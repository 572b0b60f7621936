import type { DType, SafetensorsDType } from '#protocol/tensors.ts';
import { fromE4M3, fromE5M2 } from './byteFloats.ts';
import { fromBrainFloat, fromHalf } from './halfFloats.ts';

/** The dtypes whose values are numbers that float64 can hold; see `decode` for 64-bit integers. */
export type DecodableDType = Exclude<
  SafetensorsDType,
  'C64' | 'F4' | `F6_${string}` | 'F8_E8M0' | `F8_${string}FNUZ`
>;

/** How an element is read from little-endian bytes, and its width in bytes. */
interface Reader {
  readonly width: number;
  readonly read: (view: DataView, at: number) => number;
}

const readers: Readonly<Record<DecodableDType, Reader>> = {
  F64: { width: 8, read: (view, at) => view.getFloat64(at, true) },
  F32: { width: 4, read: (view, at) => view.getFloat32(at, true) },
  F16: { width: 2, read: (view, at) => fromHalf(view.getUint16(at, true)) },
  BF16: { width: 2, read: (view, at) => fromBrainFloat(view.getUint16(at, true)) },
  F8_E4M3: { width: 1, read: (view, at) => fromE4M3(view.getUint8(at)) },
  F8_E5M2: { width: 1, read: (view, at) => fromE5M2(view.getUint8(at)) },
  I64: { width: 8, read: (view, at) => Number(view.getBigInt64(at, true)) },
  I32: { width: 4, read: (view, at) => view.getInt32(at, true) },
  I16: { width: 2, read: (view, at) => view.getInt16(at, true) },
  I8: { width: 1, read: (view, at) => view.getInt8(at) },
  U64: { width: 8, read: (view, at) => Number(view.getBigUint64(at, true)) },
  U32: { width: 4, read: (view, at) => view.getUint32(at, true) },
  U16: { width: 2, read: (view, at) => view.getUint16(at, true) },
  U8: { width: 1, read: (view, at) => view.getUint8(at) },
  BOOL: { width: 1, read: (view, at) => view.getUint8(at) },
};

/** Whether `decode` knows this dtype. */
export function isDecodable(dtype: DType): dtype is DecodableDType {
  return Object.hasOwn(readers, dtype);
}

/**
 * The values of a tensor's bytes as float64. Exact for every dtype, except that I64 and U64 beyond ±2⁵³
 * become the nearest float64. Bytes that do not fill a last element are a `RangeError`.
 */
export function decode(dtype: DecodableDType, bytes: Uint8Array): Float64Array<ArrayBuffer> {
  const { width, read } = readers[dtype];
  if (bytes.length % width !== 0)
    throw new RangeError(`${bytes.length} bytes are no whole number of ${dtype}`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const values = new Float64Array(bytes.length / width);
  for (let index = 0; index < values.length; index++) values[index] = read(view, index * width);
  return values;
}
