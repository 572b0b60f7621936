import type { Architecture } from './architecture.ts';
import type { DecoderConfig } from './decoderConfig.ts';
import { headWidthOf, llamaLike } from './llamaLike.ts';
import { ropeOf } from './rope.ts';
import { someWindows } from './windows.ts';

/** Llama, in which one layer of four has no positions at all, and perhaps a window. */
export const smolLm3: Architecture = (config) => {
  const turns = layersThatTurn(config);
  const size = config.flag('use_sliding_window') ? config.optional('sliding_window') : undefined;
  return llamaLike(config, {
    defaults: { keyHeads: 4 },
    windows: someWindows(config, size, (layer) => !turns(layer)),
    turning: ropeOf(config, { width: headWidthOf(config), theta: 2_000_000 }),
    layer: (layer, index) =>
      turns(index) ? layer : { ...layer, attention: { ...layer.attention, rope: undefined } },
  });
};

/** `no_rope_layers` has 1 for layers that do turn. */
function layersThatTurn(config: DecoderConfig): (layer: number) => boolean {
  const listed = config.list('no_rope_layers');
  const interval = config.whole('no_rope_layer_interval', 4);
  return (layer) => (listed === undefined ? (layer + 1) % interval !== 0 : listed[layer] === 1);
}
