import { bytes as shownBytes } from '#protocol/figures.ts';
import type { MemoryEstimates } from '#protocol/viewer.ts';
import { cachePerToken, longestContext } from '../models/keyValueCache.ts';
import type { Model } from '../models/model.ts';
import { grouped } from '../numbers.ts';
import { streamingMemory } from '../steering/peakMemory.ts';

/** Tokens of an ordinary conversation. */
const usualContext = 4096;

interface Sizes {
  readonly tensors: number;
  readonly bytes: number;
}

/** What a checkpoint needs to run and to be steered; null for what does not run by itself. */
export function memoryEstimates(model: Model, { tensors, bytes }: Sizes): MemoryEstimates | null {
  if (model.kind !== 'checkpoint') return null;
  const config = model.config ?? {};
  const perToken = cachePerToken(config);
  const context = Math.min(usualContext, longestContext(config) ?? usualContext);
  const memory = streamingMemory(tensors);
  const cache =
    perToken === null
      ? 'config.json does not say how large the cache of keys and values is, so it is left out.'
      : `Each token of the context adds ${shownBytes(perToken)} of keys and values in 16-bit floats; the total counts ${grouped(context)} tokens.`;
  return {
    inference: { weights: bytes, cachePerToken: perToken, context, total: bytes + (perToken ?? 0) * context },
    steering: { memory, disk: bytes },
    basis: [
      `Inference: the weights as they are stored, ${shownBytes(bytes)}; activations are left out.`,
      cache,
      `Steering streams: ${shownBytes(memory)} of memory for its blocks and ${grouped(tensors)} tensors, more where adapters are multiplied; the output takes ${shownBytes(bytes)} of disk.`,
    ],
  };
}
