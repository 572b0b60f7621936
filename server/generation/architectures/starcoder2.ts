import type { Architecture } from './architecture.ts';
import { llamaLike } from './llamaLike.ts';
import { oneWindow } from './windows.ts';

/** Llama with layer norms and a feed-forward without a gate. */
export const starcoder2: Architecture = (config) =>
  llamaLike(config, {
    defaults: { epsilon: 1e-5, keyHeads: 2, activation: 'gelu_pytorch_tanh' },
    names: { epsilon: 'norm_epsilon' },
    norm: { kind: 'layer' },
    windows: oneWindow(config),
    layer(layer, index) {
      const at = `model.layers.${index}.mlp`;
      const { feedforward } = layer;
      const inner = { kind: 'plain', up: `${at}.c_fc`, down: `${at}.c_proj` } as const;
      return { ...layer, feedforward: { ...feedforward, inner } };
    },
  });
