import { isDeepStrictEqual } from 'node:util';
import type { Term } from '../directions/term.ts';
import { tensorsOf } from '../directions/terms.ts';
import { sameValues } from '../tensors/sameValues.ts';
import type { StoredTensor } from '../tensors/storedTensor.ts';

/**
 * Whether two sums are one expression of the same values, wherever these are stored: a copy of an adapter makes of a model what the
 * adapter makes of it, to the last bit, and the difference of their products in float64 would not be zero. Reads up to the first
 * difference, and nothing that lies in one place.
 */
export async function sameSums(
  first: readonly Term[],
  second: readonly Term[],
  signal: AbortSignal,
): Promise<boolean> {
  if (!isDeepStrictEqual(first.map(expression), second.map(expression))) return false;
  const others = second.flatMap(tensorsOf);
  for (const [at, tensor] of first.flatMap(tensorsOf).entries()) {
    const other = others[at];
    if (other === undefined) return false;
    const isOne = tensor.file === other.file && tensor.offset === other.offset;
    if (!isOne && !(await sameValues(tensor, other, signal))) return false;
  }
  return true;
}

/** A term without the places of its tensors. */
function expression(term: Term): unknown {
  return JSON.parse(
    JSON.stringify(term, (_, value: unknown) => (isStored(value) ? described(value) : value)),
  );
}

function isStored(value: unknown): value is StoredTensor {
  return typeof value === 'object' && value !== null && 'file' in value && 'offset' in value;
}

function described({ dtype, shape, layout, packed }: StoredTensor) {
  return { dtype, shape, layout, packed };
}
