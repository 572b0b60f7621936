import type { Architecture } from './architecture.ts';
import { llamaLike } from './llamaLike.ts';
import { oneWindow } from './windows.ts';

/** Llama with one matrix for queries, keys and values, and one for gate and up; some models have long positions. */
export const phi3: Architecture = (config) =>
  llamaLike(config, {
    defaults: { epsilon: 1e-5 },
    windows: oneWindow(config),
    layer(layer, index) {
      const at = `model.layers.${index}`;
      const from = { kind: 'joined', name: `${at}.self_attn.qkv_proj`, by: 'part' } as const;
      const inner = {
        kind: 'joined',
        gateUp: `${at}.mlp.gate_up_proj`,
        width: config.whole('intermediate_size'),
        down: `${at}.mlp.down_proj`,
      } as const;
      const { attention, feedforward } = layer;
      return { ...layer, attention: { ...attention, from }, feedforward: { ...feedforward, inner } };
    },
  });
