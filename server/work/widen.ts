/* oxlint-disable typescript/no-non-null-assertion -- Index loops over typed arrays: every index is inside by construction. */

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
