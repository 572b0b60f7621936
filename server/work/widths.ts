import type { NumericDType, RoundedDType } from '#protocol/tensors.ts';
import type { FactorOperand } from './job.ts';

/** Bytes of one value. */
export const widths: Readonly<Record<RoundedDType, number>> = {
  F64: 8,
  F32: 4,
  F16: 2,
  BF16: 2,
  F8_E4M3: 1,
  F8_E5M2: 1,
};

/** Bytes of so many values in a file; of Q8_0 whole blocks of 32, each with its scale. */
export function storedBytes(dtype: NumericDType, count: number): number {
  return dtype === 'Q8_0' ? (count / 32) * 34 : count * widths[dtype];
}

export function factorBytes({ operand, rows, columns }: FactorOperand): number {
  return rows * columns * widths[operand.dtype];
}
