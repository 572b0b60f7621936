import type { Layer, Norm } from '../decoder.ts';
import type { Architecture } from './architecture.ts';
import type { DecoderConfig } from './decoderConfig.ts';
import { llamaLike } from './llamaLike.ts';
import { someWindows, type Windows } from './windows.ts';

/** Llama with biases of queries, keys and values; in the last layers perhaps a window. */
export const qwen2: Architecture = (config) =>
  llamaLike(config, { windows: windowsOf(config), defaults: { keyHeads: 32 } });

/** Llama whose queries and keys have norms, head by head. */
export const qwen3: Architecture = (config) =>
  llamaLike(config, {
    windows: windowsOf(config),
    defaults: { headWidth: 128, keyHeads: 32 },
    layer: withHeadNorms,
  });

/** Norms of queries and keys, head by head. */
export function withHeadNorms(layer: Layer, index: number, norm: (name: string) => Norm): Layer {
  const at = `model.layers.${index}.self_attn`;
  const norms = { query: norm(`${at}.q_norm`), key: norm(`${at}.k_norm`), over: 'head' } as const;
  return { ...layer, attention: { ...layer.attention, norms } };
}

function windowsOf(config: DecoderConfig): Windows {
  const size = config.flag('use_sliding_window') ? config.optional('sliding_window', 4096) : undefined;
  const first = config.whole('max_window_layers', 28);
  return someWindows(config, size, (layer) => layer >= first);
}
