import type { Element } from '../kernels/viewKernels.ts';
import { decode, type DecodableDType } from '../tensors/decode.ts';

const whole: ReadonlySet<string> = new Set<Element>(['F32', 'F64', 'I32', 'U32', 'I64', 'U64']);

/** How the kernels of the viewer read a dtype. */
export function elementOf(dtype: DecodableDType): Element {
  if (isWhole(dtype)) return dtype;
  return elementWidth(dtype) === 1 ? '8 bits' : '16 bits';
}

/** Bytes of one element. */
export function elementWidth(dtype: DecodableDType): 1 | 2 | 4 | 8 {
  if (dtype.endsWith('64')) return 8;
  if (isWhole(dtype)) return 4;
  return dtype.endsWith('16') ? 2 : 1;
}

function isWhole(dtype: string): dtype is Exclude<Element, '8 bits' | '16 bits'> {
  return whole.has(dtype);
}

const tables = new Map<DecodableDType, Float64Array>();

/** The values of all patterns of a dtype of 8 or 16 bits; undefined for wider ones. Made once. */
export function patternValues(dtype: DecodableDType): Float64Array | undefined {
  const width = elementWidth(dtype);
  if (width > 2) return undefined;
  const known = tables.get(dtype);
  if (known !== undefined) return known;
  const patterns =
    width === 1
      ? Uint8Array.from({ length: 256 }, (_, index) => index)
      : Uint16Array.from({ length: 65_536 }, (_, index) => index);
  const values = decode(dtype, new Uint8Array(patterns.buffer));
  tables.set(dtype, values);
  return values;
}
