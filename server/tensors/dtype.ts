import type { DType, FloatDType, NumericDType, RoundedDType, SafetensorsDType } from '#protocol/tensors.ts';
import { blockOf } from './gguf/ggmlTypes.ts';

const bits: ReadonlyMap<string, number> = new Map(
  Object.entries({
    F64: 64,
    F32: 32,
    F16: 16,
    BF16: 16,
    I64: 64,
    I32: 32,
    I16: 16,
    I8: 8,
    U64: 64,
    U32: 32,
    U16: 16,
    U8: 8,
    BOOL: 8,
    C64: 64,
    F8_E4M3: 8,
    F8_E5M2: 8,
    F8_E8M0: 8,
    F8_E4M3FNUZ: 8,
    F8_E5M2FNUZ: 8,
    F6_E2M3: 6,
    F6_E3M2: 6,
    F4: 4,
  } satisfies Record<SafetensorsDType, number>),
);

const floats: ReadonlySet<string> = new Set(['F64', 'F32', 'F16', 'BF16'] satisfies FloatDType[]);

const rounded: ReadonlySet<string> = new Set([
  ...floats,
  ...(['F8_E4M3', 'F8_E5M2'] satisfies RoundedDType[]),
]);

/** Whether a word from a file is an element type of the safetensors format; case matters. */
export function isDType(word: string): word is SafetensorsDType {
  return bits.has(word);
}

/** Whether results are rounded to this dtype; operands may have it too. */
export function isRounded(dtype: DType): dtype is RoundedDType {
  return rounded.has(dtype);
}

/** Whether operands may have this dtype. */
export function isNumeric(dtype: DType): dtype is NumericDType {
  return dtype === 'Q8_0' || isRounded(dtype);
}

/** Whether the kernels read this dtype as it is; the 8-bit floats they only write. */
export function isFloat(dtype: DType): dtype is FloatDType {
  return floats.has(dtype);
}

/** Bits of one element, as stored: 4 for F4, 6 for both F6, 64 for C64, and 8.5 on average for Q8_0. */
export function bitsOf(dtype: DType): number {
  const block = blockOf(dtype);
  const width = block === undefined ? bits.get(dtype) : (8 * block.bytes) / block.elements;
  if (width === undefined) throw new RangeError(`${dtype} is not a dtype`);
  return width;
}

/**
 * Number of elements of a shape, multiplied in order as the reference implementation does; 1 for a scalar.
 * Undefined where a product reaches 2⁶⁴ on the way or the result is above 2⁵³ − 1.
 */
export function elementCount(shape: readonly number[]): number | undefined {
  let count = 1;
  for (const dimension of shape) {
    count *= dimension;
    if (!(count < 2 ** 64)) return undefined;
  }
  return Number.isSafeInteger(count) ? count : undefined;
}

/**
 * Bytes of a tensor. Throws a `RangeError` where that is not a whole number (types below one byte) or is above
 * 2⁵⁰: file readers ask `storageOf` instead, shapes that come from a reader always fit.
 */
export function bytesOf(dtype: DType, shape: readonly number[]): number {
  const storage = storageOf(dtype, shape);
  if (typeof storage === 'number') return storage;
  throw new RangeError(`${dtype} [${shape.join(', ')}] ${storage}`);
}

/** Bytes of a tensor, or what is wrong with its shape in words that follow its name. */
export function storageOf(dtype: DType, shape: readonly number[]): number | string {
  const count = elementCount(shape);
  const total = count === undefined ? Number.NaN : count * bitsOf(dtype);
  if (!Number.isSafeInteger(total)) return 'has more elements than 64-bit sizes can count';
  if (total % 8 !== 0) return `has ${total} bits, which is not a whole number of bytes`;
  return total / 8;
}
