import type { FloatDType, RoundedDType } from '#protocol/tensors.ts';
import { isFloat, isRounded } from './dtype.ts';
import { quote } from './jsonScanner.ts';
import type { StoredTensor } from './storedTensor.ts';

/** A tensor whose values arithmetic is done on. */
export type Computable = StoredTensor & { readonly dtype: RoundedDType };

/** Whether the values of a tensor can be had, exactly, as numbers. */
export function isComputable(tensor: StoredTensor): tensor is Computable {
  return whyNotComputable(tensor) === undefined;
}

/** Whether they are floats that lie as the kernels read them. */
export function isPlainFloat(tensor: StoredTensor): tensor is StoredTensor & { readonly dtype: FloatDType } {
  return isFloat(tensor.dtype) && tensor.layout === undefined;
}

/** What stands in the way, in words that follow the tensor's name; undefined where nothing does. */
export function whyNotComputable({ dtype, layout }: StoredTensor): string | undefined {
  if (!isRounded(dtype)) return `has the dtype ${dtype}`;
  if (layout === undefined) return undefined;
  return layout.kind === 'scaled'
    ? `is quantised: its ${dtype} values are to be multiplied by ${quote(layout.by)}`
    : `is a view with the strides [${layout.strides.join(', ')}], whose values do not lie row by row`;
}
