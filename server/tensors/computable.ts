import type { FloatDType, NumericDType } from '#protocol/tensors.ts';
import { isFloat, isNumeric } from './dtype.ts';
import { isBlockDType } from './gguf/ggmlTypes.ts';
import { quote } from './jsonScanner.ts';
import { type Layout, packedProblem, type StoredTensor } from './storedTensor.ts';

/** A tensor whose values arithmetic is done on. */
export type Computable = StoredTensor & { readonly dtype: NumericDType };

/** Whether the values of a tensor can be had, exactly, as numbers. */
export function isComputable(tensor: StoredTensor): tensor is Computable {
  return whyNotComputable(tensor) === undefined;
}

/** Whether they are floats that lie as the kernels read them. */
export function isPlainFloat(tensor: StoredTensor): tensor is StoredTensor & { readonly dtype: FloatDType } {
  return isFloat(tensor.dtype) && tensor.layout === undefined && tensor.packed === undefined;
}

/** What stands in the way, in words that follow the tensor's name; undefined where nothing does. */
export function whyNotComputable({ dtype, layout, shape, packed }: StoredTensor): string | undefined {
  if (packed !== undefined) return packedProblem(packed);
  if (!isNumeric(dtype)) {
    return isBlockDType(dtype)
      ? `is packed as ${dtype}, which is listed and not edited (steer it with format: gguf-adapter)`
      : `has the dtype ${dtype}`;
  }
  return layout === undefined ? undefined : whyNotLaidOut(dtype, layout, shape);
}

function whyNotLaidOut(dtype: NumericDType, layout: Layout, shape: readonly number[]): string | undefined {
  switch (layout.kind) {
    case 'scaled':
      return `is quantised: its ${dtype} values are to be multiplied by ${quote(layout.by)}`;
    case 'strided':
      return `is a view with the strides [${layout.strides.join(', ')}], whose values do not lie row by row`;
    case 'rope':
      return (shape[0] ?? 0) % (2 * layout.heads) === 0
        ? undefined
        : `has ${shape[0]} rows for ${layout.heads} heads`;
    case 'turned':
    case 'shifted':
      return isFloat(dtype) && shape.length <= 2
        ? undefined
        : `is packed as ${dtype} and not kept as transformers has it`;
  }
}
