import type { FloatDType } from '#protocol/tensors.ts';
import { toBrainFloat, toHalf } from './halfFloats.ts';

type Writer = (view: DataView, at: number, value: number) => void;

const writers: Readonly<Record<FloatDType, { readonly width: number; readonly write: Writer }>> = {
  F64: { width: 8, write: (view, at, value) => view.setFloat64(at, value, true) },
  F32: { width: 4, write: (view, at, value) => view.setFloat32(at, value, true) },
  F16: { width: 2, write: (view, at, value) => view.setUint16(at, toHalf(value), true) },
  BF16: { width: 2, write: (view, at, value) => view.setUint16(at, toBrainFloat(value), true) },
};

/**
 * Little-endian bytes of float64 values, each rounded once to nearest even: NaN stays NaN, subnormals are kept,
 * what lies beyond the largest value by half a unit becomes infinite.
 */
export function encode(dtype: FloatDType, values: ArrayLike<number>): Uint8Array<ArrayBuffer> {
  const { width, write } = writers[dtype];
  const bytes = new Uint8Array(values.length * width);
  const view = new DataView(bytes.buffer);
  for (let index = 0; index < values.length; index++) write(view, index * width, values[index] ?? Number.NaN);
  return bytes;
}
