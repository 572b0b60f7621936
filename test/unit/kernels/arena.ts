import type { FloatDType } from '#protocol/tensors.ts';
import { createKernels } from '../../../server/kernels/instantiate.ts';
import type { Kernels, Pointer } from '../../../server/kernels/kernels.ts';
import { createMemory, firstFreeByte } from '../../../server/kernels/memory.ts';
import { widths, type Bits } from './formats.ts';

/** Kernels over a memory that is handed out piece by piece, filled with 0xaa before; `clear` starts again. */
export class Arena {
  readonly memory = createMemory(32 * 2 ** 20);
  readonly kernels: Kernels = createKernels(this.memory);
  #end = firstFreeByte;

  clear(): void {
    new Uint8Array(this.memory.buffer).fill(0xaa, firstFreeByte, this.#end);
    this.#end = firstFreeByte;
  }

  /** `skew` elements after a multiple of 64 bytes, with at least 64 bytes of nothing before and behind. */
  take(count: number, width: number, skew = 0): Pointer {
    const pointer = (Math.ceil(this.#end / 64) + 1) * 64 + skew * width;
    this.#end = pointer + count * width + 64;
    return pointer;
  }

  putBits(dtype: FloatDType, bits: readonly Bits[], skew = 0): Pointer {
    const pointer = this.take(bits.length, widths[dtype], skew);
    const view = this.view(dtype, pointer, bits.length);
    for (const [index, value] of bits.entries()) view[index] = value;
    return pointer;
  }

  putNumbers(values: readonly number[], skew = 0): Pointer {
    const pointer = this.take(values.length, 8, skew);
    this.numbers(pointer, values.length).set(values);
    return pointer;
  }

  /** Zeroed float64, as statistics want it. */
  zeros(count: number): Pointer {
    const pointer = this.take(count, 8);
    this.numbers(pointer, count).fill(0);
    return pointer;
  }

  numbers(pointer: Pointer, count: number): Float64Array {
    return new Float64Array(this.memory.buffer, pointer, count);
  }

  words(pointer: Pointer, count: number): Uint32Array {
    return new Uint32Array(this.memory.buffer, pointer, count);
  }

  bits(dtype: FloatDType, pointer: Pointer, count: number): Bits[] {
    return Array.from(this.view(dtype, pointer, count), (value) => value);
  }

  /** The 64 bytes before and behind a piece: what no kernel may touch. */
  surroundings(pointer: Pointer, bytes: number): number[] {
    const memory = new Uint8Array(this.memory.buffer);
    return [...memory.slice(pointer - 64, pointer), ...memory.slice(pointer + bytes, pointer + bytes + 64)];
  }

  private view(dtype: FloatDType, pointer: Pointer, count: number): BitsArray {
    if (dtype === 'F64') return new BigUint64Array(this.memory.buffer, pointer, count);
    if (dtype === 'F32') return new Uint32Array(this.memory.buffer, pointer, count);
    return new Uint16Array(this.memory.buffer, pointer, count);
  }
}

interface BitsArray extends Iterable<Bits> {
  [index: number]: Bits;
}
