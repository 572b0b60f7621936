import type { Layer, Norm } from '../decoder.ts';
import type { Architecture } from './architecture.ts';
import type { DecoderConfig } from './decoderConfig.ts';
import { type Differences, llamaLike } from './llamaLike.ts';
import { someWindows } from './windows.ts';

/** Norms on both sides, gains that lack 1, bounded scores and logits, a window in every other layer. */
export const gemma2: Architecture = (config) =>
  llamaLike(config, {
    ...gemmaDifferences(config),
    head: { cap: config.optional('final_logit_softcapping', 30) },
    windows: someWindows(config, config.optional('sliding_window', 4096), (layer) => layer % 2 === 0),
    layer(plain, index, norm) {
      const layer = withGemmaNorms(plain, index, norm);
      const scores = gemmaScores(config, config.optional('attn_logit_softcapping', 50));
      return { ...layer, attention: { ...layer.attention, ...scores } };
    },
  });

/** What Gemma 2 and 3 have in common. */
export function gemmaDifferences(config: DecoderConfig): Differences {
  config.refuseWhere(['use_bidirectional_attention']);
  return {
    defaults: { headWidth: 256, keyHeads: 4, activation: 'gelu_pytorch_tanh' },
    names: { activation: 'hidden_activation' },
    norm: { isOffset: true },
    embeddingScale: Math.sqrt(config.whole('hidden_size')),
  };
}

/** Scores are scaled by a number of their own, not by the width of a head. */
export function gemmaScores(config: DecoderConfig, cap: number | undefined) {
  return { scale: config.real('query_pre_attn_scalar', 256) ** -0.5, cap };
}

/** Four norms: before and after attention, before and after the feed-forward. */
export function withGemmaNorms(layer: Layer, index: number, norm: (name: string) => Norm): Layer {
  const at = `model.layers.${index}`;
  const after = norm(`${at}.post_attention_layernorm`);
  const feedforward = {
    ...layer.feedforward,
    before: norm(`${at}.pre_feedforward_layernorm`),
    after: norm(`${at}.post_feedforward_layernorm`),
  };
  return { ...layer, attention: { ...layer.attention, after }, feedforward };
}
