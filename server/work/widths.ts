import type { RoundedDType } from '#protocol/tensors.ts';
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

export function factorBytes({ operand, rows, columns }: FactorOperand): number {
  return rows * columns * widths[operand.dtype];
}
