import type { StoredTensor } from '../tensors/storedTensor.ts';

/** How quantisers call the factors of a weight: fine-grained FP8 (DeepSeek, Qwen), compressed-tensors, torchao, Mistral. */
const suffixes = ['_scale_inv', '_scale', '.scale', '_qscale'] as const;

/**
 * Marks 8-bit floats that are only a part of what they stand for: a tensor beside them has the factors to multiply them
 * by. Their bytes can be copied, but no arithmetic is done on them alone.
 */
export function withScales(tensors: ReadonlyMap<string, StoredTensor>): ReadonlyMap<string, StoredTensor> {
  if (![...tensors.values()].some(isNarrow)) return tensors;
  return new Map(
    [...tensors].map(([name, tensor]) => {
      const by = isNarrow(tensor) ? scaleOf(name, tensors) : undefined;
      return [name, by === undefined ? tensor : { ...tensor, layout: { kind: 'scaled', by } }] as const;
    }),
  );
}

function isNarrow({ dtype }: StoredTensor): boolean {
  return dtype.startsWith('F8_');
}

function scaleOf(name: string, tensors: ReadonlyMap<string, StoredTensor>): string | undefined {
  return suffixes.map((suffix) => `${name}${suffix}`).find((other) => tensors.has(other));
}
