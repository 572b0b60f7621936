import type { Architecture } from './architecture.ts';
import { gemmaDifferences } from './gemma2.ts';
import { llamaLike } from './llamaLike.ts';

/** Llama with gains that lack 1, scaled embeddings, and GELU, whatever older configurations call it. */
export const gemma: Architecture = (config) =>
  llamaLike(config, {
    ...gemmaDifferences(config),
    defaults: { headWidth: 256, keyHeads: 16, activation: 'gelu_pytorch_tanh' },
  });
