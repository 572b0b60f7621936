import { isJsonObject } from '../../models/jsonFile.ts';
import type { Architecture } from './architecture.ts';
import type { DecoderConfig } from './decoderConfig.ts';
import { gemmaDifferences, gemmaScores, withGemmaNorms } from './gemma2.ts';
import { headWidthOf, llamaLike } from './llamaLike.ts';
import { withHeadNorms } from './qwen.ts';
import { ropeFrom, type Turning } from './rope.ts';
import { someWindows } from './windows.ts';

/** Gemma 2 with norms of queries and keys; layers with a window turn faster than the others, one in six. */
export const gemma3: Architecture = (config) => {
  const pattern = config.whole('sliding_window_pattern', 6);
  const windows = someWindows(
    config,
    config.optional('sliding_window', 4096),
    (layer) => (layer + 1) % pattern !== 0,
  );
  return llamaLike(config, {
    ...gemmaDifferences(config),
    head: { cap: config.optional('final_logit_softcapping') },
    windows,
    turning: turningOf(config),
    layer(plain, index, norm) {
      const layer = withHeadNorms(withGemmaNorms(plain, index, norm), index, norm);
      const scores = gemmaScores(config, config.optional('attn_logit_softcapping'));
      return { ...layer, attention: { ...layer.attention, ...scores, rope: windows.of(index) } };
    },
  });
};

/** Of layers that see everything, and of those with a window. */
function turningOf(config: DecoderConfig): Turning {
  const width = headWidthOf(config, 256);
  const parameters = config.object('rope_parameters') ?? {};
  const of = (kind: string) => (isJsonObject(parameters[kind]) ? parameters[kind] : undefined);
  const whole = ropeFrom(config, of('full_attention') ?? config.object('rope_scaling') ?? {}, {
    width,
    theta: 1_000_000,
  });
  const near = ropeFrom(config, of('sliding_attention') ?? {}, {
    width,
    names: { theta: 'rope_local_base_freq' },
  });
  return { ropes: [...whole.ropes, ...near.ropes], positions: whole.positions };
}
