import type { JobBuilder } from '../../directions/jobBuilder.ts';
import type { GgufSpec } from '../../tensors/gguf/ggufWriter.ts';
import type { StrengthPlace } from '../adapter/factorItems.ts';
import type { FactorPair } from '../adapter/factorPair.ts';
import type { LlamaModel } from './llamaModel.ts';

/** A tensor to be written and the item that writes it. */
export interface GgufFilling extends GgufSpec {
  readonly fill: (places: readonly StrengthPlace[]) => void;
}

interface Naming {
  readonly model: LlamaModel;
  /** The file's `adapter.lora.alpha`: llama.cpp multiplies each pair by alpha over its own rank. */
  readonly alpha: number;
}

/** `lora_a` [rank, in] and `lora_b` [out, rank] of a pair, the scale in `lora_b`, whose rows are in llama.cpp's order. */
export function ggufFillings(
  builder: JobBuilder,
  { tensor, rank, inputs, outputs, parts }: FactorPair,
  { model, alpha }: Naming,
): readonly GgufFilling[] {
  const name = model.nameOf(tensor);
  const heads = model.headsOf(tensor);
  const [a, b] = [`${name}.lora_a`, `${name}.lora_b`];
  return [
    {
      name: a,
      shape: [rank, inputs],
      fill: (places) => {
        const joined = parts.map(({ A }) => ({ factor: builder.factor(A), scale: 1, moving: false }));
        builder.add({ kind: 'stack', name: a, along: 'rows', parts: joined, places });
      },
    },
    {
      name: b,
      shape: [outputs, rank],
      fill: (places) => {
        const joined = parts.map(({ B, scale, moving }) => ({
          factor: builder.factor(B),
          scale: (scale * rank) / alpha,
          moving,
        }));
        const ordered = heads === undefined ? {} : { order: { heads, rows: outputs } };
        builder.add({ kind: 'stack', name: b, along: 'columns', parts: joined, places, ...ordered });
      },
    },
  ];
}
