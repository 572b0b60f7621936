import type { Decoder, Gated, Layer, Norm, Projections } from '../decoder.ts';
import type { DecoderConfig } from './decoderConfig.ts';
import { ropeOf, type Turning } from './rope.ts';
import { noWindows, type Windows } from './windows.ts';

/** What an architecture has that Llama has otherwise. */
export interface Differences {
  /** Where the configuration says nothing. */
  readonly defaults?: {
    readonly keyHeads?: number;
    readonly headWidth?: number;
    readonly epsilon?: number;
    readonly activation?: string;
  };
  /** Fields that have other names. */
  readonly names?: { readonly activation?: string; readonly epsilon?: string };
  readonly windows?: Windows;
  readonly turning?: Turning;
  readonly norm?: Partial<Pick<Norm, 'kind' | 'isOffset'>>;
  /** What becomes of Llama's layer; `norm` makes one of its kind. */
  readonly layer?: (layer: Layer, index: number, norm: (name: string) => Norm) => Layer;
  readonly embeddingScale?: number;
  readonly head?: { readonly scale?: number; readonly cap?: number | undefined };
}

/**
 * A decoder with Llama's names: norms before attention and feed-forward, rotary positions, and a gated feed-forward,
 * but for `differences`.
 */
export function llamaLike(config: DecoderConfig, differences: Differences = {}): Decoder {
  const { defaults = {}, windows = noWindows } = differences;
  const heads = config.whole('num_attention_heads');
  const headWidth = headWidthOf(config, defaults.headWidth);
  const norm = normsOf(config, differences);
  const layer = plainLayer(config, norm, differences);
  return {
    path: config.path,
    layers: config.whole('num_hidden_layers'),
    heads,
    keyHeads: config.whole('num_key_value_heads', defaults.keyHeads ?? heads),
    headWidth,
    vocabulary: config.whole('vocab_size'),
    areTurned: false,
    ...(differences.turning ?? ropeOf(config, { width: headWidth })),
    windows: windows.windows,
    embedding: { name: 'model.embed_tokens.weight', scale: differences.embeddingScale ?? 1 },
    layer: (index) => differences.layer?.(layer(index), index, norm) ?? layer(index),
    norm: norm('model.norm'),
    head: { name: 'lm_head.weight', scale: 1, ...differences.head },
  };
}

/** `head_dim`, or else `absent`, or else the share of a head in the width. */
export function headWidthOf(config: DecoderConfig, absent?: number): number {
  const share = () => Math.floor(config.whole('hidden_size') / config.whole('num_attention_heads'));
  return config.whole('head_dim', absent ?? share());
}

/** The three matrices of attention by Llama's names. */
function apart(at: string): Projections {
  return { kind: 'apart', query: `${at}.q_proj`, key: `${at}.k_proj`, value: `${at}.v_proj` };
}

/** The feed-forward's by Llama's names. */
export function gated(at: string): Gated {
  return { kind: 'gated', gate: `${at}.gate_proj`, up: `${at}.up_proj`, down: `${at}.down_proj` };
}

function normsOf(config: DecoderConfig, { defaults = {}, names = {}, norm }: Differences) {
  const epsilon = config.real(names.epsilon ?? 'rms_norm_eps', defaults.epsilon ?? 1e-6);
  return (name: string): Norm => ({ kind: 'rms', isOffset: false, ...norm, name, epsilon });
}

function plainLayer(
  config: DecoderConfig,
  norm: (name: string) => Norm,
  { defaults = {}, names = {}, windows = noWindows }: Differences,
): (index: number) => Layer {
  const activation = config.activation(names.activation ?? 'hidden_act', defaults.activation ?? 'silu');
  const scale = headWidthOf(config, defaults.headWidth) ** -0.5;
  return (index) => {
    const at = `model.layers.${index}`;
    return {
      attention: {
        before: norm(`${at}.input_layernorm`),
        from: apart(`${at}.self_attn`),
        out: `${at}.self_attn.o_proj`,
        rope: 0,
        window: windows.of(index),
        scale,
      },
      feedforward: {
        before: norm(`${at}.post_attention_layernorm`),
        inner: gated(`${at}.mlp`),
        activation,
      },
      isParallel: false,
      scale: 1,
    };
  };
}
