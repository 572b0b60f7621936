import type { JobBuilder } from '../../directions/jobBuilder.ts';
import type { TensorSpec } from '../../tensors/safetensorsWriter.ts';
import type { FactorPair } from './factorPair.ts';
import { factorKeys, type KeyOf } from './peftKeys.ts';

/** A tensor to be written and the item that writes it. */
export interface Filling extends TensorSpec {
  readonly fill: (places: readonly StrengthPlace[]) => void;
}

export interface StrengthPlace {
  readonly file: number;
  readonly offset: number;
  readonly strength: number;
}

/** A and B of a pair, float32, the scale and the strength in B. */
export function factorFillings(builder: JobBuilder, pair: FactorPair, keyOf: KeyOf): readonly Filling[] {
  const keys = factorKeys(pair, keyOf);
  return [
    {
      name: keys.A,
      dtype: 'F32',
      shape: [pair.rank, pair.inputs],
      fill: (places) => {
        const parts = pair.parts.map(({ A }) => ({ factor: builder.factor(A), scale: 1, moving: false }));
        builder.add({ kind: 'stack', name: keys.A, along: 'rows', parts, places });
      },
    },
    {
      name: keys.B,
      dtype: 'F32',
      shape: [pair.outputs, pair.rank],
      fill: (places) => {
        const parts = pair.parts.map(({ B, scale, moving }) => ({
          factor: builder.factor(B),
          scale,
          moving,
        }));
        builder.add({ kind: 'stack', name: keys.B, along: 'columns', parts, places });
      },
    },
  ];
}
