/* oxlint-disable typescript/no-non-null-assertion -- Index loops over typed arrays: every index is inside by construction. */

import { fromHalf } from '../tensors/halfFloats.ts';

/** The binary16 of each 8-bit float. Both have fewer bits of exponent and mantissa than it, so that nothing is rounded. */
const tables = {
  F8_E4M3: Uint16Array.from({ length: 256 }, (_, byte) => fromE4M3(byte)),
  F8_E5M2: fromE5M2(),
};

/** Writes the binary16 of every byte; `target` may begin before `source` in the same memory. */
export function widenBytes(dtype: 'F8_E4M3' | 'F8_E5M2', source: Uint8Array, target: Uint16Array): void {
  const table = tables[dtype];
  for (let index = 0; index < source.length; index++) target[index] = table[source[index]!]!;
}

/**
 * Q8_0 (ggml-common.h `block_q8_0`): a binary16 scale and 32 signed bytes. The product of the two has at most 19
 * significant bits, so that float32 holds it. `target` may begin before `source` in the same memory: no value is
 * written before the bytes there have been read.
 */
export function widenBlocks(source: Uint8Array, target: Float32Array): void {
  for (let block = 0; block * 34 < source.length; block++) {
    const from = block * 34;
    const scale = fromHalf(source[from]! | (source[from + 1]! << 8));
    for (let index = 0; index < 32; index++) {
      target[block * 32 + index] = scale * ((source[from + 2 + index]! << 24) >> 24);
    }
  }
}

/** Bias 7, three bits of mantissa, no infinity; 0x7f and 0xff are NaN. Subnormals are multiples of 2⁻⁹. */
function fromE4M3(byte: number): number {
  const sign = (byte & 0x80) << 8;
  const magnitude = byte & 0x7f;
  if (magnitude === 0x7f) return sign | 0x7e00;
  if (magnitude >= 8) return sign | ((magnitude << 7) + (8 << 10));
  if (magnitude === 0) return sign;
  const exponent = Math.floor(Math.log2(magnitude));
  return sign | ((exponent + 6) << 10) | ((magnitude - 2 ** exponent) << (10 - exponent));
}

/** The upper half of a binary16. */
function fromE5M2(): Uint16Array {
  return Uint16Array.from({ length: 256 }, (_, byte) => byte << 8);
}
