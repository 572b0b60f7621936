import type { Layer, Norm } from '../decoder.ts';
import type { Architecture } from './architecture.ts';
import type { DecoderConfig } from './decoderConfig.ts';

/** Learned positions, layer norms, and matrices that lie as [in, out]. On the Hub its names have no `transformer.`. */
export const gpt2: Architecture = (config) => {
  config.refuseWhere(['scale_attn_by_inverse_layer_idx', 'add_cross_attention']);
  const heads = config.whole('n_head', 12);
  const headWidth = Math.floor(config.whole('n_embd', 768) / heads);
  const from = config.hasTensor('wte.weight') ? '' : 'transformer.';
  return {
    path: config.path,
    layers: config.whole('n_layer', 12),
    heads,
    keyHeads: heads,
    headWidth,
    vocabulary: config.whole('vocab_size'),
    areTurned: true,
    ropes: [],
    positions: { table: `${from}wpe.weight`, longest: config.whole('n_positions', 1024), why: '' },
    windows: [Infinity],
    embedding: { name: `${from}wte.weight`, scale: 1 },
    layer: layersOf(config, from, config.flag('scale_attn_weights', true) ? headWidth ** -0.5 : 1),
    norm: norm(config, `${from}ln_f`),
    head: { name: 'lm_head.weight', scale: 1 },
  };
};

function layersOf(config: DecoderConfig, from: string, scale: number): (index: number) => Layer {
  const activation = config.activation('activation_function', 'gelu_new');
  return (index) => {
    const at = `${from}h.${index}`;
    return {
      attention: {
        before: norm(config, `${at}.ln_1`),
        from: { kind: 'joined', name: `${at}.attn.c_attn`, by: 'part' },
        out: `${at}.attn.c_proj`,
        window: 0,
        scale,
      },
      feedforward: {
        before: norm(config, `${at}.ln_2`),
        inner: { kind: 'plain', up: `${at}.mlp.c_fc`, down: `${at}.mlp.c_proj` },
        activation,
      },
      isParallel: false,
      scale: 1,
    };
  };
}

function norm(config: DecoderConfig, name: string): Norm {
  return { kind: 'layer', name, epsilon: config.real('layer_norm_epsilon', 1e-5), isOffset: false };
}
