import type { StoredTensor } from '../tensors/storedTensor.ts';
import type { AdapterFactors } from './model.ts';

/** Every stored tensor of one module's change. */
export function partsOf({ A, B, magnitude }: AdapterFactors): readonly StoredTensor[] {
  return magnitude === undefined ? [A, B] : [A, B, magnitude.lengths];
}

/** [out, in] of B·A, before it is transposed for the base. */
export function shapeOfChange({ A, B, layout }: AdapterFactors): readonly [outputs: number, inputs: number] {
  const [first, second] = layout === 'mlx' ? [1, 0] : [0, 1];
  return [B.shape[first] ?? 0, A.shape[second] ?? 0];
}
