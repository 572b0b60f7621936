import type { Gated } from '../decoder.ts';
import type { Architecture } from './architecture.ts';
import { llamaLike } from './llamaLike.ts';
import { oneWindow } from './windows.ts';

/** Mistral with several feed-forwards, of which a router chooses two. */
export const mixtral: Architecture = (config) => {
  const count = config.whole('num_local_experts', 8);
  const chosen = config.whole('num_experts_per_tok', 2);
  return llamaLike(config, {
    defaults: { epsilon: 1e-5, keyHeads: 8 },
    windows: oneWindow(config),
    layer(layer, index) {
      const at = `model.layers.${index}.block_sparse_moe`;
      const experts = Array.from({ length: count }, (_, expert) => expertOf(`${at}.experts.${expert}`));
      const inner = { kind: 'experts', router: `${at}.gate`, experts, chosen, isNormalized: true } as const;
      return { ...layer, feedforward: { ...layer.feedforward, inner } };
    },
  });
};

function expertOf(at: string): Gated {
  return { kind: 'gated', gate: `${at}.w1`, up: `${at}.w3`, down: `${at}.w2` };
}
