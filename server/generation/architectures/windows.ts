import type { DecoderConfig } from './decoderConfig.ts';

export interface Windows {
  readonly windows: readonly number[];
  /** Which of them a layer has. */
  readonly of: (layer: number) => number;
}

/** Every layer sees all tokens before. */
export const noWindows: Windows = { windows: [Infinity], of: () => 0 };

/** Every layer has the same window, or none where the configuration says null. */
export function oneWindow(config: DecoderConfig, absent?: number): Windows {
  return { windows: [config.optional('sliding_window', absent) ?? Infinity], of: () => 0 };
}

/** Some layers have one: those that `layer_types` names, or without it those of a rule. */
export function someWindows(
  config: DecoderConfig,
  size: number | undefined,
  rule: (layer: number) => boolean,
): Windows {
  if (size === undefined) return noWindows;
  const types = config.list('layer_types');
  const has = (layer: number) => (types === undefined ? rule(layer) : isSliding(config, types[layer]));
  return { windows: [Infinity, size], of: (layer) => (has(layer) ? 1 : 0) };
}

function isSliding(config: DecoderConfig, type: unknown): boolean {
  if (type === 'sliding_attention') return true;
  if (type === 'full_attention') return false;
  throw config.refuse(`has a layer of the type ${JSON.stringify(type)}, which generation does not compute`);
}
