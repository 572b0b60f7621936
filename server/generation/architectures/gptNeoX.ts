import type { Layer, Norm } from '../decoder.ts';
import type { Architecture } from './architecture.ts';
import type { DecoderConfig } from './decoderConfig.ts';
import { headWidthOf } from './llamaLike.ts';
import { ropeOf } from './rope.ts';

/** Pythia and its kin: layer norms, joined matrices head by head, both blocks beside each other. */
export const gptNeoX: Architecture = (config) => {
  const headWidth = headWidthOf(config);
  const heads = config.whole('num_attention_heads');
  const head = ['embed_out.weight', 'lm_head.weight'].find((name) => config.hasTensor(name));
  return {
    path: config.path,
    layers: config.whole('num_hidden_layers'),
    heads,
    keyHeads: heads,
    headWidth,
    vocabulary: config.whole('vocab_size'),
    areTurned: false,
    ...ropeOf(config, {
      width: headWidth,
      part: 0.25,
      names: { theta: 'rotary_emb_base', part: 'rotary_pct' },
    }),
    windows: [Infinity],
    embedding: { name: 'gpt_neox.embed_in.weight', scale: 1 },
    layer: layersOf(config, headWidth),
    norm: norm(config, 'gpt_neox.final_layer_norm'),
    head: { name: head ?? 'embed_out.weight', scale: 1 },
  };
};

function layersOf(config: DecoderConfig, headWidth: number): (index: number) => Layer {
  const activation = config.activation('hidden_act', 'gelu');
  return (index) => {
    const at = `gpt_neox.layers.${index}`;
    return {
      attention: {
        before: norm(config, `${at}.input_layernorm`),
        from: { kind: 'joined', name: `${at}.attention.query_key_value`, by: 'head' },
        out: `${at}.attention.dense`,
        rope: 0,
        window: 0,
        scale: headWidth ** -0.5,
      },
      feedforward: {
        before: norm(config, `${at}.post_attention_layernorm`),
        inner: { kind: 'plain', up: `${at}.mlp.dense_h_to_4h`, down: `${at}.mlp.dense_4h_to_h` },
        activation,
      },
      isParallel: config.flag('use_parallel_residual', true),
      scale: 1,
    };
  };
}

function norm(config: DecoderConfig, name: string): Norm {
  return { kind: 'layer', name, epsilon: config.real('layer_norm_eps', 1e-5), isOffset: false };
}
