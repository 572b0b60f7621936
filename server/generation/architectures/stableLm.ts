import type { Architecture } from './architecture.ts';
import { headWidthOf, llamaLike } from './llamaLike.ts';
import { ropeOf } from './rope.ts';

/** Llama with layer norms and a quarter of each head that turns; some read both blocks from one norm. */
export const stableLm: Architecture = (config) => {
  config.refuseWhere(['qk_layernorm']);
  const isParallel = config.flag('use_parallel_residual');
  return llamaLike(config, {
    defaults: { epsilon: 1e-5, keyHeads: 32 },
    names: { epsilon: 'layer_norm_eps' },
    norm: { kind: 'layer' },
    turning: ropeOf(config, { width: headWidthOf(config), part: 0.25 }),
    layer(layer) {
      const { attention, feedforward } = layer;
      const before = isParallel ? attention.before : feedforward.before;
      return { ...layer, isParallel, feedforward: { ...feedforward, before } };
    },
  });
};
