import type { Architecture } from './architecture.ts';
import { llamaLike } from './llamaLike.ts';

/** Llama with norms after attention and feed-forward instead of before, and of queries and keys over all heads. */
export const olmo2: Architecture = (config) =>
  llamaLike(config, {
    defaults: { epsilon: 1e-5 },
    layer(layer, index, norm) {
      const at = `model.layers.${index}`;
      const norms = {
        query: norm(`${at}.self_attn.q_norm`),
        key: norm(`${at}.self_attn.k_norm`),
        over: 'all',
      } as const;
      const [attended, fed] = ['post_attention_layernorm', 'post_feedforward_layernorm'];
      return {
        ...layer,
        attention: { ...layer.attention, norms, before: undefined, after: norm(`${at}.${attended}`) },
        feedforward: { ...layer.feedforward, before: undefined, after: norm(`${at}.${fed}`) },
      };
    },
  });
