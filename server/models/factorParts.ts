import type { StoredTensor } from '../tensors/storedTensor.ts';
import type { AdapterFactors } from './model.ts';

/** Every stored tensor of one module's change. */
export function partsOf({ A, B, magnitude }: AdapterFactors): readonly StoredTensor[] {
  return magnitude === undefined ? [A, B] : [A, B, magnitude.lengths];
}
