import type { FloatDType } from '#protocol/tensors.ts';
import type { FactorOperand } from './job.ts';

/** Bytes of one value. */
export const widths: Readonly<Record<FloatDType, number>> = { F64: 8, F32: 4, F16: 2, BF16: 2 };

export function factorBytes({ operand, rows, columns }: FactorOperand): number {
  return rows * columns * widths[operand.dtype];
}
