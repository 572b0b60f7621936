import type { FloatDType, RoundedDType } from '#protocol/tensors.ts';
import type { Pointer } from '../kernels/kernels.ts';
import { readExactly } from './exactIo.ts';
import type { Operand } from './job.ts';
import { bytesAt, numbered, type Station } from './station.ts';
import { widths } from './widths.ts';
import { widenBytes } from './widen.ts';

/** What the kernels see of an operand: 8-bit floats are widened, exactly, to binary16 as they are read. */
export function loadedAs(dtype: RoundedDType): FloatDType {
  return dtype === 'F8_E4M3' || dtype === 'F8_E5M2' ? 'F16' : dtype;
}

/** Reads `count` values from number `first` on, as `loadedAs` says, to `target`. */
export function readOperand(
  station: Station,
  { file, offset, dtype }: Operand,
  { first, count, target }: { readonly first: number; readonly count: number; readonly target: Pointer },
): void {
  const bytes = count * widths[dtype];
  // What is widened is read into the end of its place, and widened from the front on.
  const at = target + count * widths[loadedAs(dtype)] - bytes;
  const raw = bytesAt(station, at, bytes);
  readExactly(numbered(station.files.inputs, file), offset + first * widths[dtype], raw);
  if (dtype === 'F8_E4M3' || dtype === 'F8_E5M2') {
    widenBytes(dtype, raw, new Uint16Array(station.memory.buffer, target, count));
  }
}
