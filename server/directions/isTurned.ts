import { mlxKey } from '../models/mlxKeys.ts';
import type { Factor } from './term.ts';

/** Whether a left factor is the one that PEFT calls A, so that its module keeps weights as [in, out]; in MLX's files both are the other way round. */
export function isTurned({ tensor, transposed }: Factor): boolean {
  return transposed !== (mlxKey(tensor.name) !== undefined);
}
