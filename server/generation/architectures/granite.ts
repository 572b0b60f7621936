import type { Architecture } from './architecture.ts';
import { llamaLike } from './llamaLike.ts';

/** Llama with four numbers that scale embeddings, scores, what is added, and logits. */
export const granite: Architecture = (config) =>
  llamaLike(config, {
    embeddingScale: config.real('embedding_multiplier', 1),
    head: { scale: 1 / config.real('logits_scaling', 1) },
    layer: (layer) => ({
      ...layer,
      scale: config.real('residual_multiplier', 1),
      attention: { ...layer.attention, scale: config.real('attention_multiplier', 1) },
    }),
  });
