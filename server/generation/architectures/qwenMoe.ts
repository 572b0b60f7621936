import type { Experts, Layer } from '../decoder.ts';
import type { Architecture } from './architecture.ts';
import type { DecoderConfig } from './decoderConfig.ts';
import { gated, llamaLike } from './llamaLike.ts';
import { withHeadNorms } from './qwen.ts';
import { noWindows, oneWindow, someWindows } from './windows.ts';

/** Qwen2 with experts in most layers, and one that every token has. */
export const qwen2Moe: Architecture = (config) => {
  const size = config.flag('use_sliding_window') ? config.optional('sliding_window', 4096) : undefined;
  const last = config.whole('max_window_layers', 28);
  return llamaLike(config, {
    defaults: { keyHeads: 16 },
    windows: someWindows(config, size, (layer) => layer % 2 === 0 && layer < last),
    layer(layer, index) {
      const at = `model.layers.${index}.mlp`;
      const shared = { expert: gated(`${at}.shared_expert`), router: `${at}.shared_expert_gate` };
      return withExperts(config, layer, index, { ...expertsOf(config, at, 60, 4), shared });
    },
  });
};

/** Qwen3 with experts in most layers. */
export const qwen3Moe: Architecture = (config) =>
  llamaLike(config, {
    defaults: { keyHeads: 4 },
    windows: config.flag('use_sliding_window') ? oneWindow(config, 4096) : noWindows,
    layer(layer, index, norm) {
      const experts = expertsOf(config, `model.layers.${index}.mlp`, 128, 8);
      return withExperts(config, withHeadNorms(layer, index, norm), index, experts);
    },
  });

function expertsOf(config: DecoderConfig, at: string, absent: number, chosen: number): Experts {
  // Newer versions of transformers write the second name.
  const count = config.whole('num_experts', config.whole('num_local_experts', absent));
  return {
    kind: 'experts',
    router: `${at}.gate`,
    experts: Array.from({ length: count }, (_, expert) => gated(`${at}.experts.${expert}`)),
    chosen: config.whole('num_experts_per_tok', chosen),
    isNormalized: config.flag('norm_topk_prob'),
  };
}

/** A layer keeps one feed-forward where it is listed, or not in step. */
function withExperts(config: DecoderConfig, layer: Layer, index: number, inner: Experts): Layer {
  const isListed = config.list('mlp_only_layers')?.includes(index) === true;
  const isInStep = (index + 1) % config.whole('decoder_sparse_step', 1) === 0;
  return isListed || !isInStep ? layer : { ...layer, feedforward: { ...layer.feedforward, inner } };
}
